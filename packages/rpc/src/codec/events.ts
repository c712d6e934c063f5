import type { Event, Felt } from '@stackctl/types';
import { type BlockId, blockId } from './block-id.ts';
import { array, type Codec, merge, object, optional, required } from './core.ts';
import { event } from './receipt.ts';
import { felt, positive, text, uint } from './scalars.ts';

/** EVENT_FILTER with RESULT_PAGE_REQUEST. An empty list of addresses or keys means any. */
export interface EventFilter {
  readonly fromBlock?: BlockId;
  readonly toBlock?: BlockId;
  readonly addresses?: readonly Felt[];
  /** By position; an empty list at a position means any value there. */
  readonly keys?: ReadonlyArray<readonly Felt[]>;
  readonly continuationToken?: string;
  readonly chunkSize: number;
}

/** One address, or a list of them (0.10.1). */
export const addresses: Codec<readonly Felt[]> = {
  expected: 'an address or a list of addresses',
  decode: (value) => (Array.isArray(value) ? list.decode(value) : [felt.decode(value)]),
  encode: (record) => (record.length === 1 ? felt.encode(record[0] as Felt) : list.encode(record)),
};
const list = array(felt);

export const eventFilter = object<EventFilter>({
  from_block: optional('fromBlock', blockId),
  to_block: optional('toBlock', blockId),
  address: optional('addresses', addresses),
  keys: optional('keys', array(list)),
  continuation_token: optional('continuationToken', text),
  chunk_size: required('chunkSize', positive),
});

/** EMITTED_EVENT */
export interface EmittedEvent {
  readonly event: Event;
  readonly blockHash?: Felt;
  readonly blockNumber?: number;
  readonly transactionHash: Felt;
  readonly transactionIndex: number;
  readonly eventIndex: number;
}

const origin = object<Omit<EmittedEvent, 'event'>>({
  block_hash: optional('blockHash', felt),
  block_number: optional('blockNumber', uint),
  transaction_hash: required('transactionHash', felt),
  transaction_index: required('transactionIndex', uint),
  event_index: required('eventIndex', uint),
});

export const emittedEvent: Codec<EmittedEvent> = {
  expected: event.expected,
  decode: (value) => ({ event: event.decode(value), ...origin.decode(value) }),
  encode: (record) => merge(event.encode(record.event), origin.encode(record)),
};

/** EVENTS_CHUNK */
export interface EventsChunk {
  readonly events: readonly EmittedEvent[];
  readonly continuationToken?: string;
}

export const eventsChunk = object<EventsChunk>({
  events: required('events', array(emittedEvent)),
  continuation_token: optional('continuationToken', text),
});
