import type { L1ToL2Message, L2ToL1Message, MessagingContract } from '@stackctl/contracts-l1';
import { hashTransaction } from '@stackctl/execution';
import { rpcError } from '@stackctl/rpc';
import { type Felt, type L1HandlerTransaction, PRIME, StackError } from '@stackctl/types';
import type { Ledger } from '../execution/ledger.ts';
import type { Commands } from './commands.ts';

/** What a flush carried, or would carry. */
export interface Flushed {
  readonly toL1: readonly L2ToL1Message[];
  readonly toL2: readonly L1ToL2Message[];
  /** The handler transactions of `toL2`, in the same order. */
  readonly transactions: readonly Felt[];
  /** URL of the L1. */
  readonly l1: string;
}

/**
 * Carries messages between a messaging contract of an L1 and this chain, when told to. Messages to L2
 * become handler transactions, decided by consensus; messages to L1 are announced to the contract.
 *
 * What was carried is read from both chains, not remembered: an L1 handler transaction stands in this
 * chain once, and each announcement is an event of the contract. So a flush that was cut off is finished
 * by the next one, also after a restart and through another node.
 */
export interface Postman {
  /** Uses the contract from now on. Its address. */
  use(l1: string, open: () => Promise<MessagingContract>): Promise<string>;
  /** One at a time: a flush waits for the one before. */
  flush(dryRun: boolean): Promise<Flushed>;
  /** Consumes an announced message in the place of its receiver. Its hash. */
  consume(message: L2ToL1Message): Promise<string>;
}

export interface PostmanOptions {
  readonly chainId: Felt;
  readonly ledger: Pick<Ledger, 'blocks' | 'head' | 'latest'>;
  readonly commands: Pick<Commands, 'sendMessage'>;
}

/** What L1 refuses, or is no answer, is the RpcError DEVNET_ERROR with its reason. */
export function createPostman({ chainId, ledger, commands }: PostmanOptions): Postman {
  let loaded: { readonly l1: string; readonly contract: MessagingContract } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const messagesToL1 = createOutbox(ledger);

  const current = () => {
    if (loaded !== undefined) return loaded;
    throw rpcError('DEVNET_ERROR', 'no messaging contract: load one with devnet_postmanLoad');
  };

  /** Runs after what was asked before, whether or not that succeeded. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work).catch((error: unknown) => {
      throw refusal(error);
    });
    last = mine.catch(() => undefined);
    return mine;
  };

  const deliver = async (message: L1ToL2Message, contract: MessagingContract): Promise<Felt> => {
    const transaction = handlerOf(message);
    const hash = hashTransaction(transaction, chainId);
    // It stands there when an earlier flush was cut off before L1 was told.
    if (ledger.blocks.placeOf(hash) === undefined) await commands.sendMessage(transaction);
    await contract.settleToL2(message);
    return hash;
  };

  return {
    use: (l1, open) =>
      inTurn(async () => {
        const contract = await open();
        loaded = { l1, contract };
        return contract.address;
      }),
    flush: (dryRun) =>
      inTurn(async () => {
        const { l1, contract } = current();
        const pending = await contract.pendingToL2();
        const toL2 = pending.filter((message) => isDeliverable(message, ledger));
        const toL1 = withoutAnnounced(messagesToL1(), await contract.announced());
        const transactions: Felt[] = [];
        if (!dryRun) {
          for (const message of toL1) await contract.announce(message);
          for (const message of toL2) transactions.push(await deliver(message, contract));
        }
        return { toL1, toL2, transactions, l1 };
      }),
    consume: (message) => inTurn(() => current().contract.consume(message)),
  };
}

function handlerOf({ from, to, selector, payload, nonce }: L1ToL2Message): L1HandlerTransaction {
  return {
    type: 'L1_HANDLER',
    version: 0n,
    nonce,
    contractAddress: to,
    entryPointSelector: selector,
    calldata: [from, ...payload],
  };
}

/** Whether there is somebody to handle it. Other messages wait on L1, as they would for Starknet. */
function isDeliverable(message: L1ToL2Message, ledger: PostmanOptions['ledger']): boolean {
  const { to, selector, nonce, payload } = message;
  const isFelts = [to, selector, nonce, ...payload].every((each) => each < PRIME);
  return isFelts && ledger.latest().classHashAt(to) !== 0n;
}

/** Gives all messages that this chain ever sent to L1, in their order. Blocks are read once. */
function createOutbox({ blocks, head }: PostmanOptions['ledger']): () => readonly L2ToL1Message[] {
  const messages: L2ToL1Message[] = [];
  let next = 1;
  return () => {
    for (; next <= head().number; next++)
      for (const receipt of blocks.receipts(next))
        for (const { fromAddress: from, toAddress: to, payload } of receipt.messages)
          messages.push({ from, to, payload });
    return messages;
  };
}

function refusal(error: unknown): unknown {
  return error instanceof StackError ? rpcError('DEVNET_ERROR', error.message) : error;
}

/** `sent` without one of each that was announced: equal messages are told apart by their number only. */
export function withoutAnnounced(
  sent: readonly L2ToL1Message[],
  announced: readonly L2ToL1Message[],
): L2ToL1Message[] {
  const keyOf = ({ from, to, payload }: L2ToL1Message): string => [from, to, ...payload].join();
  const counts = new Map<string, number>();
  for (const message of announced) {
    const key = keyOf(message);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return sent.filter((message) => {
    const key = keyOf(message);
    const count = counts.get(key) ?? 0;
    counts.set(key, count - 1);
    return count <= 0;
  });
}
