import { createRpcClient } from '@stackctl/rpc';
import { reasonOf, waitUntil } from '@stackctl/runtime';
import { feltToHex, StackError } from '@stackctl/types';
import { type Abi, Account, RpcProvider } from 'starknet';
import { l2Contracts } from '../chain/contracts.ts';
import { sequencersOf } from '../chain/stack-view.ts';
import { homeOf, requireRun, type SettingsOptions } from '../commands/settings.ts';
import type { Context } from '../context.ts';
import type { HomePaths } from '../home/paths.ts';
import { inspect } from '../supervisor/inspect.ts';
import { AbiView } from './abi.ts';
import { failureOf } from './failure.ts';

export interface SessionOptions extends SettingsOptions {
  /** Index of the predeployed account that pays. */
  readonly account?: number;
  /** Seconds to wait for inclusion. */
  readonly timeout?: number;
  readonly json?: boolean;
}

/** A transaction that is in a block and did what it was to do. */
export interface Included {
  readonly transactionHash: string;
  readonly block: number;
  /** FRI, decimal. */
  readonly fee: string;
  readonly events: ReadonlyArray<{
    readonly from: string;
    readonly keys: readonly string[];
    readonly data: readonly string[];
  }>;
}

/** The running chain, and one of its predeployed accounts. */
export interface Session {
  readonly home: HomePaths;
  readonly provider: RpcProvider;
  readonly account: Account;
  readonly udc: string;
  /** A contract's address: hex or decimal, or a name of the genesis (strk, fibonacci ...). */
  address(target: string): string;
  abiAt(address: string): Promise<AbiView>;
  /** Waits until it is in a block. Throws REVERTED, TIMEOUT. */
  included(transactionHash: string): Promise<Included>;
}

/** Without tip statistics, which starknet.js would gather from blocks for each transaction. */
export const DETAILS = { tip: 0n } as const;

/** Throws NOT_RUNNING, RPC_UNREACHABLE, USAGE for an account that the chain does not have. */
export async function openSession(context: Context, options: SessionOptions): Promise<Session> {
  const home = homeOf(context, options);
  const run = requireRun(home);
  const standing = await inspect(home);
  if (standing.kind !== 'live') throw new StackError('NOT_RUNNING', { home: home.dir });
  const url = await answering(sequencersOf(standing.state).map((each) => each.url));
  const { accounts, addresses } = l2Contracts(home, run.topology);
  const index = options.account ?? 0;
  const chosen = accounts[index];
  if (chosen === undefined) {
    const reason = `no account ${index}: there are ${accounts.length}, counted from 0`;
    throw new StackError('USAGE', { reason });
  }
  const provider = new RpcProvider({ nodeUrl: url });
  const account = new Account({ provider, address: chosen.address, signer: chosen.privateKey });

  return {
    home,
    provider,
    account,
    udc: addresses.udc ?? '',
    address(target) {
      const known = addresses[target];
      if (known !== undefined) return known;
      if (/^(0x[0-9a-fA-F]{1,64}|\d+)$/.test(target)) return feltToHex(BigInt(target));
      const names = Object.keys(addresses).join(', ');
      const reason = `${target} is neither an address nor one of ${names}`;
      throw new StackError('USAGE', { reason });
    },
    async abiAt(address) {
      const found = await attempt(`contract ${address}`, () => provider.getClassAt(address));
      return abiOf(found.abi);
    },
    async included(transactionHash) {
      const seconds = options.timeout ?? 60;
      const receipt = await waitUntil(() => receiptOf(provider, transactionHash), {
        waitingFor: `transaction ${transactionHash} to be in a block`,
        deadlineMs: seconds * 1000,
        intervalMs: 100,
      });
      if (receipt.execution_status === 'REVERTED') {
        const reason = receipt.revert_reason ?? 'no reason given';
        throw new StackError('REVERTED', { transaction: transactionHash, reason });
      }
      return {
        transactionHash,
        block: receipt.block_number,
        fee: BigInt(receipt.actual_fee.amount).toString(),
        events: receipt.events.map(({ from_address, keys, data }) => ({
          from: from_address,
          keys,
          data,
        })),
      };
    },
  };
}

/** An ABI over RPC is a text. */
export function abiOf(abi: unknown): AbiView {
  return new AbiView((typeof abi === 'string' ? JSON.parse(abi) : (abi ?? [])) as Abi);
}

/** Runs a request; what the node refuses becomes REFUSED. */
export async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(what, error);
  }
}

interface FinalReceipt {
  readonly execution_status: string;
  readonly revert_reason?: string;
  readonly block_number: number;
  readonly actual_fee: { readonly amount: string };
  readonly events: ReadonlyArray<{ from_address: string; keys: string[]; data: string[] }>;
}

/** Undefined as long as it is in no final block. */
async function receiptOf(provider: RpcProvider, hash: string): Promise<FinalReceipt | undefined> {
  try {
    const receipt = (await provider.channel.getTransactionReceipt(
      hash,
    )) as unknown as FinalReceipt & Partial<{ finality_status: string }>;
    return receipt.finality_status?.startsWith('ACCEPTED') === true ? receipt : undefined;
  } catch (error) {
    // Not known yet, or the node is being restarted.
    const failure = failureOf(`transaction ${hash}`, error);
    if (failure.code === 'REFUSED' || failure.code === 'RPC_UNREACHABLE') return undefined;
    throw failure;
  }
}

/** The first of the nodes that answers. */
async function answering(urls: readonly string[]): Promise<string> {
  let reason = 'the stack has no sequencer';
  for (const url of urls) {
    try {
      await createRpcClient([url], { timeoutMs: 2_000 }).starknet_chainId();
      return url;
    } catch (error) {
      reason = reasonOf(error);
    }
  }
  throw new StackError('RPC_UNREACHABLE', { url: urls.join(', '), reason });
}
