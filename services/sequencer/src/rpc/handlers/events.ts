import {
  type BlockId,
  type EmittedEvent,
  type EventFilter,
  type EventsChunk,
  type Handlers,
  rpcError,
} from '@stackctl/rpc';
import type { Event, Felt, Receipt } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { PreConfirmed, PreConfirmedBlock } from '../../execution/pre-confirmed.ts';
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

export interface EventHandlersOptions {
  readonly chain: ChainView;
  readonly preConfirmed: Pick<PreConfirmed, 'refresh'>;
}

/** starknet_getEvents: walks the blocks that have events, and only those. */
export function eventHandlers({ chain, preConfirmed }: EventHandlersOptions): Handlers {
  const numberOf = (id: BlockId): number =>
    // A number above the head is no mistake: no block there has events yet.
    typeof id === 'object' && 'number' in id
      ? id.number
      : (resolve(chain, id)?.number ?? chain.head().number + 1);

  return {
    async starknet_getEvents({ filter }): Promise<EventsChunk> {
      if (filter.chunkSize > MAX_CHUNK) throw rpcError('PAGE_SIZE_TOO_BIG');
      checkFilter(filter);
      const head = chain.head().number;
      const from = filter.fromBlock === undefined ? 0 : numberOf(filter.fromBlock);
      // The pre-confirmed block comes after all others, when it is asked for.
      const last = filter.toBlock === 'pre_confirmed' ? await preConfirmed.refresh() : undefined;
      const ahead = last?.parent.number === head ? last : undefined;
      const to =
        ahead?.context.number ??
        Math.min(filter.toBlock === undefined ? head : numberOf(filter.toBlock), head);
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
      const finalOnes = await chain.blocks.blocksWithEvents(start.block, to, MAX_BLOCKS);
      const blocks =
        finalOnes.length < MAX_BLOCKS && ahead !== undefined ? [...finalOnes, to] : finalOnes;
      let scanned = 0;
      for (const block of blocks) {
        if (scanned > MAX_SCANNED) return { events: found, continuationToken: `${block}-0` };
        const emitters = block === ahead?.context.number ? undefined : chain.blocks.emitters(block);
        if (emitters !== undefined && addresses.size > 0 && !intersects(emitters, addresses))
          continue;
        const events = emitters === undefined ? eventsAhead(ahead) : eventsOf(chain, block);
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
      const lastWalked = blocks[MAX_BLOCKS - 1];
      return lastWalked === undefined || lastWalked >= to
        ? { events: found }
        : { events: found, continuationToken: `${lastWalked + 1}-0` };
    },
  };
}

/** The events of a final block, in their order. */
export function eventsOf(chain: ChainView, number: number): EmittedEvent[] {
  const blockHash = chain.blocks.header(number)?.hash as Felt;
  return chain.blocks
    .receipts(number)
    .flatMap((receipt, index) =>
      eventsIn(receipt, index).map((each) => ({ ...each, blockHash, blockNumber: number })),
    );
}

function eventsAhead(block: PreConfirmedBlock | undefined): EmittedEvent[] {
  const blockNumber = block?.context.number ?? 0;
  const receipts = block?.receipts ?? [];
  return receipts.flatMap((receipt, index) =>
    eventsIn(receipt, index).map((each) => ({ ...each, blockNumber })),
  );
}

/** The events of one transaction; whoever knows the block adds it. */
export function eventsIn(receipt: Receipt, transactionIndex: number): EmittedEvent[] {
  const { transactionHash } = receipt;
  return receipt.events.map((event, eventIndex) => ({
    event,
    transactionHash,
    transactionIndex,
    eventIndex,
  }));
}

/** Throws when a filter asks for more than a node looks for. */
export function checkFilter({ keys = [], addresses = [] }: Omit<EventFilter, 'chunkSize'>): void {
  const values = keys.reduce((sum, position) => sum + Math.max(position.length, 1), 0);
  if (values > MAX_KEYS || addresses.length > MAX_KEYS) throw rpcError('TOO_MANY_KEYS_IN_FILTER');
}

export function intersects(left: ReadonlySet<Felt>, right: ReadonlySet<Felt>): boolean {
  for (const each of left) if (right.has(each)) return true;
  return false;
}

/** Whether an event passes a filter; nothing given means anything. */
export function matcher(
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
