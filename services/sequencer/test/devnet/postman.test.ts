import type { L1ToL2Message, L2ToL1Message, MessagingContract } from '@stackctl/contracts-l1';
import { hashTransaction } from '@stackctl/execution';
import { rpcError } from '@stackctl/rpc';
import { type Felt, PRIME, type Receipt, StackError, shortString } from '@stackctl/types';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPostman, type Postman, withoutAnnounced } from '../../src/devnet/postman.ts';

const CHAIN = shortString('TEST');
const CONTRACT = 0x100n;
const L1 = 'http://l1';

const toL2 = (nonce: bigint, over: Partial<L1ToL2Message> = {}): L1ToL2Message => ({
  from: 0xaan,
  to: CONTRACT,
  selector: 0x77n,
  payload: [nonce + 10n],
  nonce,
  fee: 1n,
  ...over,
});
const toL1 = (value: bigint): L2ToL1Message => ({ from: CONTRACT, to: 0xbbn, payload: [value] });

let pending: L1ToL2Message[];
let announced: L2ToL1Message[];
let consumed: L2ToL1Message[];
let handled: Felt[];
/** Messages of each block from 1 on. */
let blocks: L2ToL1Message[][];
/** What L1 refuses next. */
let failing: string | undefined;
let postman: Postman;

const contract: MessagingContract = {
  address: '0xC0',
  pendingToL2: async () => [...pending],
  async settleToL2({ nonce }) {
    if (failing === 'settle')
      throw new StackError('RPC_ERROR', { url: L1, method: 'settle', code: -1, message: 'no gas' });
    pending = pending.filter((each) => each.nonce !== nonce);
  },
  announced: async () => [...announced],
  announce: async (message) => void announced.push(message),
  async consume(message) {
    consumed.push(message);
    return '0x1234';
  },
};

function newPostman(): Postman {
  return createPostman({
    chainId: CHAIN,
    commands: {
      async sendMessage(transaction) {
        if (transaction.contractAddress !== CONTRACT) throw rpcError('CONTRACT_NOT_FOUND');
        const hash = hashTransaction(transaction, CHAIN);
        handled.push(hash);
        return hash;
      },
    },
    ledger: {
      blocks: {
        placeOf: (hash: Felt) => (handled.includes(hash) ? { block: 1, index: 0 } : undefined),
        receipts: (block: number): Receipt[] => [
          {
            messages: (blocks[block - 1] ?? []).map(({ from, to, payload }) => ({
              fromAddress: from,
              toAddress: to,
              payload,
            })),
          } as unknown as Receipt,
        ],
      },
      head: () => ({ number: blocks.length }),
      latest: () => ({ classHashAt: (address: Felt) => (address === CONTRACT ? 1n : 0n) }),
    } as never,
  });
}

beforeEach(async () => {
  [pending, announced, consumed, handled, blocks] = [[], [], [], [], []];
  failing = undefined;
  postman = newPostman();
  expect(await postman.use(L1, async () => contract)).toBe('0xC0');
});

describe('the postman', () => {
  it('carries both ways, each message once', async () => {
    pending = [toL2(0n), toL2(1n)];
    blocks = [[], [toL1(1n), toL1(1n)], [toL1(2n)]];
    const flushed = await postman.flush(false);
    expect(flushed).toEqual({
      toL2: [toL2(0n), toL2(1n)],
      toL1: [toL1(1n), toL1(1n), toL1(2n)],
      transactions: handled,
      l1: L1,
    });
    expect(handled).toHaveLength(2);
    expect(announced).toEqual([toL1(1n), toL1(1n), toL1(2n)]);
    blocks.push([toL1(1n)]);
    expect(await postman.flush(false)).toMatchObject({ toL2: [], toL1: [toL1(1n)] });
  });

  it('does not repeat what another node, or it before a restart, carried', async () => {
    blocks = [[toL1(1n)], [toL1(2n)]];
    await postman.flush(false);
    const other = newPostman();
    await other.use(L1, async () => contract);
    blocks.push([toL1(1n)]);
    expect(await other.flush(false)).toMatchObject({ toL1: [toL1(1n)] });
    expect((await postman.flush(false)).toL1).toEqual([]);
    expect(announced).toHaveLength(3);
  });

  it('finishes a flush that was cut off before L1 knew', async () => {
    pending = [toL2(0n)];
    failing = 'settle';
    await expect(postman.flush(false)).rejects.toMatchObject({
      error: 'DEVNET_ERROR',
      data: expect.stringMatching(/no gas/),
    });
    expect([handled.length, pending.length]).toEqual([1, 1]);
    failing = undefined;
    const { transactions } = await postman.flush(false);
    expect(transactions).toEqual(handled);
    expect([handled.length, pending.length]).toEqual([1, 0]);
  });

  it('leaves messages to nobody, and what is no felt, waiting on L1', async () => {
    pending = [toL2(0n, { to: 0x5n }), toL2(1n, { payload: [PRIME] }), toL2(2n)];
    expect((await postman.flush(false)).toL2).toEqual([toL2(2n)]);
    expect(pending.map(({ nonce }) => nonce)).toEqual([0n, 1n]);
  });

  it('only looks when the run is dry', async () => {
    pending = [toL2(0n)];
    blocks = [[toL1(1n)]];
    const flushed = await postman.flush(true);
    expect(flushed).toMatchObject({ toL2: [toL2(0n)], toL1: [toL1(1n)], transactions: [] });
    expect([handled, announced, pending]).toEqual([[], [], [toL2(0n)]]);
  });

  it('flushes one at a time', async () => {
    blocks = [[toL1(1n)]];
    await Promise.all([postman.flush(false), postman.flush(false), postman.flush(false)]);
    expect(announced).toEqual([toL1(1n)]);
  });

  it('consumes for the receiver', async () => {
    expect(await postman.consume(toL1(1n))).toBe('0x1234');
    expect(consumed).toEqual([toL1(1n)]);
  });

  it('wants a contract first', async () => {
    const fresh = newPostman();
    for (const work of [() => fresh.flush(true), () => fresh.consume(toL1(1n))])
      await expect(work()).rejects.toMatchObject({ data: expect.stringMatching(/postmanLoad/) });
  });
});

describe('withoutAnnounced', () => {
  it('takes one away for each that was announced, whatever else was', () => {
    const sent = [toL1(1n), toL1(2n), toL1(1n), toL1(1n)];
    expect(withoutAnnounced(sent, [toL1(1n), toL1(9n), toL1(1n)])).toEqual([toL1(2n), toL1(1n)]);
    expect(withoutAnnounced(sent, [])).toEqual(sent);
  });
});
