import {
  type BlockId,
  type EmittedEvent,
  type EventFilter,
  type EventsChunk,
  type Handlers,
  rpcError,
} from '@stackctl/rpc';
import type { Event, Felt } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import { resolve } from '../block-id.ts';

/** Largest page. */
export const MAX_CHUNK = 1024;
/** Most values over all positions of a key filter, and most addresses. */
export const MAX_KEYS = 1024;
/** Blocks and events that one request looks at; the page may then be short, with a token. */
const MAX_BLOCKS = 256;
const MAX_SCANNED = 20_000;

/** Where the next page starts: a block, and an event by its place among all of that block. */
interface Position {
  readonly block: number;
  readonly event: number;
}

function parseToken(token: string): Position {
  const [, block, event] = /^(\d{1,12})-(\d{1,9})$/.exec(token) ?? [];
  if (block === undefined || event === undefined) throw rpcError('INVALID_CONTINUATION_TOKEN');
  return { block: Number(block), event: Number(event) };
}

/** starknet_getEvents: walks the blocks that have events, and only those. */
export function eventHandlers({ chain }: { readonly chain: ChainView }): Handlers {
  const numberOf = (id: BlockId): number =>
    // A number above the head is no mistake: no block there has events yet.
    typeof id === 'object' && 'number' in id
      ? id.number
      : (resolve(chain, id)?.number ?? chain.head().number + 1);

  const eventsOf = (number: number): EmittedEvent[] => {
    const blockHash = chain.blocks.header(number)?.hash as Felt;
    return chain.blocks.receipts(number).flatMap((receipt, transactionIndex) =>
      receipt.events.map((event, eventIndex) => ({
        event,
        blockHash,
        blockNumber: number,
        transactionHash: receipt.transactionHash,
        transactionIndex,
        eventIndex,
      })),
    );
  };

  return {
    async starknet_getEvents({ filter }): Promise<EventsChunk> {
      checkLimits(filter);
      const head = chain.head().number;
      const from = filter.fromBlock === undefined ? 0 : numberOf(filter.fromBlock);
      const to = Math.min(filter.toBlock === undefined ? head : numberOf(filter.toBlock), head);
      const start =
        filter.continuationToken === undefined
          ? { block: from, event: 0 }
          : parseToken(filter.continuationToken);
      if (start.block < from || start.block > Math.max(to, from))
        throw rpcError('INVALID_CONTINUATION_TOKEN');
      const addresses = new Set(filter.addresses);
      const matches = matcher(addresses, filter.keys ?? []);
      const found: EmittedEvent[] = [];
      if (start.block > to) return { events: found };
      const blocks = await chain.blocks.blocksWithEvents(start.block, to, MAX_BLOCKS);
      let scanned = 0;
      for (const block of blocks) {
        if (scanned > MAX_SCANNED) return { events: found, continuationToken: `${block}-0` };
        if (addresses.size > 0 && !intersects(chain.blocks.emitters(block), addresses)) continue;
        const events = eventsOf(block);
        scanned += events.length;
        for (let i = block === start.block ? start.event : 0; i < events.length; i++) {
          const emitted = events[i] as EmittedEvent;
          if (!matches(emitted.event)) continue;
          // The page is full and there is more: the token names the first event left out.
          if (found.length === filter.chunkSize)
            return { events: found, continuationToken: `${block}-${i}` };
          found.push(emitted);
        }
      }
      const last = blocks[MAX_BLOCKS - 1];
      return last === undefined || last >= to
        ? { events: found }
        : { events: found, continuationToken: `${last + 1}-0` };
    },
  };
}

function checkLimits({ chunkSize, keys = [], addresses = [] }: EventFilter): void {
  if (chunkSize > MAX_CHUNK) throw rpcError('PAGE_SIZE_TOO_BIG');
  const values = keys.reduce((sum, position) => sum + Math.max(position.length, 1), 0);
  if (values > MAX_KEYS || addresses.length > MAX_KEYS) throw rpcError('TOO_MANY_KEYS_IN_FILTER');
}

function intersects(left: ReadonlySet<Felt>, right: ReadonlySet<Felt>): boolean {
  for (const each of left) if (right.has(each)) return true;
  return false;
}

function matcher(
  addresses: ReadonlySet<Felt>,
  keys: ReadonlyArray<readonly Felt[]>,
): (event: Event) => boolean {
  const positions = keys.map((values) => new Set(values));
  return (event) =>
    (addresses.size === 0 || addresses.has(event.fromAddress)) &&
    positions.every((values, i) => {
      const key = event.keys[i];
      return values.size === 0 || (key !== undefined && values.has(key));
    });
}
