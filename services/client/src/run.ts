import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import {
  estimateBounds,
  predeployedAccounts,
  readBlock,
  readChainId,
  readHeight,
  readNonce,
} from './chain.ts';
import { contractCall, KINDS, type Kind } from './kinds.ts';
import { type ClientAccount, type Options, readAccountsFile } from './options.ts';
import { type PlannedTransaction, planLoad } from './plan.ts';
import { startOnTime } from './schedule.ts';
import { createSender, type Sender } from './sender.ts';
import { type Bounds, SIGNERS } from './signing.ts';
import { createTally, type Report, type Tally } from './tally.ts';

/** How often the chain's height is asked for: the resolution of the latencies. */
const POLL_MS = 50;
const PROGRESS_MS = 1_000;

export interface RunResult {
  readonly report: Report;
  /** Accepted transactions that no block held when waiting ended. */
  readonly missing: number;
  readonly reasons: ReadonlyArray<{ readonly reason: string; readonly count: number }>;
}

/**
 * Sends the load and follows it into blocks.
 * 1. Read the chain: id, accounts, nonces, fee bounds by kind, height.
 * 2. Send the plan on its schedule while a second loop reads every new block.
 * 3. Wait until every accepted transaction is in a block, or the time is up.
 * An abort ends 2 and 3 early; what was sent is still reported.
 */
export async function run(
  options: Options,
  progress: (line: string) => void,
  abort: AbortSignal,
): Promise<RunResult> {
  const { load, rpcUrls } = options;
  const chainId = await readChainId(rpcUrls);
  const accounts =
    options.accountsFile === undefined
      ? await predeployedAccounts(rpcUrls)
      : readAccountsFile(options.accountsFile);
  const plan = planLoad(load, accounts.length);
  const bounds = await boundsByKind(options, accounts, chainId);
  const senders = await createSenders(accounts, plan, options, chainId);
  const tally = createTally();
  const height = await readHeight(rpcUrls);
  progress(
    `${plan.length} transactions at ${load.rate}/s from ${accounts.length} accounts to ${rpcUrls.length} node(s), seed ${load.seed}`,
  );

  const start = performance.now();
  const done = new AbortController();
  const follower = followBlocks(rpcUrls, height + 1, tally, done.signal);
  const ticker = setInterval(() => {
    const { sent, accepted, included, rejected } = tally.report(start);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    progress(
      `${seconds} s: sent ${sent}, accepted ${accepted}, rejected ${rejected}, included ${included}`,
    );
  }, PROGRESS_MS);
  try {
    await startOnTime(plan, start, systemClock, abort, async (item) => {
      const contract = options.contracts[item.kind] as string;
      const recipient = accounts[item.recipient] as ClientAccount;
      const call = contractCall(item, contract, recipient.address);
      let hash: string | undefined;
      tally.sent();
      try {
        const sender = senders.get(item.account) as Sender;
        const outcome = await sender.send(call, bounds[item.kind] as Bounds, (signed) => {
          hash = signed;
          tally.signed(signed, start + item.at);
        });
        if (outcome.accepted) tally.accepted(outcome.hash);
        else tally.rejected(hash, outcome.reason);
      } catch (error) {
        tally.rejected(hash, error instanceof Error ? error.message : String(error));
      }
    });
    const deadline = performance.now() + options.inclusionTimeout * 1000;
    while (tally.waiting() > 0 && performance.now() < deadline && !abort.aborted)
      await sleep(POLL_MS);
  } finally {
    clearInterval(ticker);
    done.abort();
    await follower;
  }
  return { report: tally.report(start), missing: tally.waiting(), reasons: tally.reasons() };
}

/** One estimate a kind, at the kind's largest argument, so that no argument exceeds its bounds. */
async function boundsByKind(
  options: Options,
  accounts: readonly ClientAccount[],
  chainId: string,
): Promise<Partial<Record<Kind, Bounds>>> {
  const bounds: Partial<Record<Kind, Bounds>> = {};
  const [first, second = first] = accounts as [ClientAccount, ClientAccount?];
  for (const kind of KINDS) {
    if (options.load.mix[kind] === 0) continue;
    const largest = { kind, argument: options.load.max[kind], recipient: 1 };
    const call = contractCall(largest, options.contracts[kind] as string, second.address);
    bounds[kind] = await estimateBounds(
      options.rpcUrls,
      first,
      call,
      chainId,
      SIGNERS[options.signer],
    );
  }
  return bounds;
}

/** A sender for each account that the plan uses, the accounts dealt out over the nodes. */
async function createSenders(
  accounts: readonly ClientAccount[],
  plan: readonly PlannedTransaction[],
  { rpcUrls: urls, signer }: Options,
  chainId: string,
): Promise<Map<number, Sender>> {
  const senders = new Map<number, Sender>();
  for (const index of new Set(plan.map((item) => item.account))) {
    const account = accounts[index] as ClientAccount;
    const node = index % urls.length;
    const nonce = await readNonce(urls, node, account.address);
    senders.set(index, createSender(account, urls, node, nonce, chainId, SIGNERS[signer]));
  }
  return senders;
}

/** Reads every block from `next` on and tells the tally what it holds, until `done`. */
async function followBlocks(
  urls: readonly string[],
  next: number,
  tally: Tally,
  done: AbortSignal,
): Promise<void> {
  let number = next;
  while (!done.aborted) {
    try {
      const height = await readHeight(urls);
      for (; number <= height; number++) {
        const transactions = await readBlock(urls, number);
        const now = performance.now();
        for (const { hash, reverted } of transactions) tally.included(hash, reverted, now);
      }
    } catch (error) {
      // A node that is being restarted is the chain's affair, not a reason to lose the count.
      if (!isStackError(error)) throw error;
    }
    await sleep(POLL_MS, undefined, { signal: done }).catch(() => undefined);
  }
}
