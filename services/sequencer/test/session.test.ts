import type { BlockHeader } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { createSession } from '../src/rpc/sockets/session.ts';
import type { Texts } from '../src/rpc/sockets/texts.ts';

const HEAD = 2000;

/** A session over a chain of headers; what it sends, as block numbers. */
function kit(maxSubscriptions = 4) {
  const sent: number[] = [];
  let head = HEAD;
  let ids = 0;
  const header = (number: number) =>
    number <= head ? { number, hash: BigInt(number) } : undefined;
  const session = createSession({
    chain: {
      head: () => header(head),
      blocks: { header, numberOf: (hash: bigint) => (hash <= 2000n ? Number(hash) : undefined) },
    } as never,
    preConfirmed: { watch: () => () => {} },
    texts: { head: (block: number) => String(block) } as Texts,
    statusOf: () => undefined,
    outlet: {
      send: (text) => sent.push((JSON.parse(text) as { params: { result: number } }).params.result),
      drained: async () => true,
    },
    onError: (error) => {
      throw error;
    },
    newId: () => String(++ids),
    maxSubscriptions,
  });
  const grow = () => {
    head++;
    session.accepted({} as BlockHeader);
  };
  return { session, handlers: session.handlers, sent, grow };
}

describe('the subscriptions of a connection', () => {
  it('start 1024 blocks back at most', () => {
    const { handlers } = kit();
    const from = (number: number) => () =>
      handlers.starknet_subscribeNewHeads({ block_id: { number } });
    expect(from(HEAD - 1024)).not.toThrow();
    expect(from(HEAD - 1025)).toThrow(expect.objectContaining({ error: 'TOO_MANY_BLOCKS_BACK' }));
    expect(from(HEAD + 1)).toThrow(expect.objectContaining({ error: 'BLOCK_NOT_FOUND' }));
    expect(() => handlers.starknet_subscribeEvents({ block_id: { hash: 5n } })).toThrow(
      expect.objectContaining({ error: 'TOO_MANY_BLOCKS_BACK' }),
    );
  });

  it.each([
    ['without a block', {}, [HEAD + 1]],
    ['at latest', { block_id: 'latest' as const }, [HEAD + 1]],
    ['at the last block', { block_id: { number: HEAD } }, [HEAD, HEAD + 1]],
    ['at a hash', { block_id: { hash: BigInt(HEAD) } }, [HEAD, HEAD + 1]],
  ])('%s', async (_what, params, blocks) => {
    const { session, handlers, sent, grow } = kit();
    void handlers.starknet_subscribeNewHeads(params);
    expect(sent).toEqual([]);
    session.startNew();
    grow();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sent).toEqual(blocks);
  });

  it('miss no block that comes between the request and its answer', () => {
    const { session, handlers, sent, grow } = kit();
    void handlers.starknet_subscribeNewHeads({});
    grow();
    session.startNew();
    expect(sent).toEqual([HEAD + 1]);
  });

  it('are limited, and make room when they end', () => {
    const { session, handlers, sent, grow } = kit(2);
    const id = handlers.starknet_subscribeNewHeads({}) as string;
    void handlers.starknet_subscribeNewTransactions({});
    expect(() => handlers.starknet_subscribeNewHeads({})).toThrow(
      expect.objectContaining({ error: 'UNEXPECTED_ERROR' }),
    );
    expect(handlers.starknet_unsubscribe({ subscription_id: id })).toBe(true);
    expect(() => handlers.starknet_unsubscribe({ subscription_id: id })).toThrow(
      expect.objectContaining({ error: 'INVALID_SUBSCRIPTION_ID' }),
    );
    void handlers.starknet_subscribeNewHeads({});
    session.end();
    session.startNew();
    grow();
    expect(sent).toEqual([]);
  });
});
