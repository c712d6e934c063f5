import type { Felt, Transaction } from '@stackctl/types';
import { type Binary, decode, encode, felt, list, NotCanonical, struct, uint } from './binary.ts';
import { transaction } from './records.ts';

/**
 * What validators agree on for one height: the inputs of execution that the chain does not fix by
 * itself, and the hash of the block that they must give. (The parent is in the hash.)
 */
export interface Proposal {
  readonly number: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly sequencerAddress: Felt;
  readonly blockHash: Felt;
  readonly transactions: readonly Transaction[];
}

const VERSION = 1;

const version: Binary<1> = {
  write: (writer) => writer.byte(VERSION),
  read(reader) {
    if (reader.byte() !== VERSION) throw new NotCanonical('an unknown version of proposals');
    return VERSION;
  },
};

const proposal: Binary<Proposal & { readonly version: 1 }> = struct<
  Proposal & { readonly version: 1 }
>({
  version,
  number: uint,
  timestamp: uint,
  sequencerAddress: felt,
  blockHash: felt,
  transactions: list(transaction),
});

export function encodeProposal(value: Proposal): Uint8Array {
  return encode(proposal, { ...value, version: VERSION });
}

/** Throws NotCanonical for bytes that `encodeProposal` never gives. */
export function decodeProposal(bytes: Uint8Array): Proposal {
  const { version: _version, ...value } = decode(proposal, bytes);
  return value;
}
