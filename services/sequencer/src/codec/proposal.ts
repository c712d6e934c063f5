import type { Felt, Transaction } from '@stackctl/types';
import { type Directive, directive } from '../devnet/directive.ts';
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
  /** Changes of the chain's parameters, applied before the transactions; absent when there are none. */
  readonly directives?: readonly Directive[];
}

const members = struct<Omit<Proposal, 'directives'>>({
  number: uint,
  timestamp: uint,
  sequencerAddress: felt,
  blockHash: felt,
  transactions: list(transaction),
});
const directives = list(directive);

/**
 * The first byte less one is a set of what follows the common members. 3: at least one directive.
 * (2 is left to another part.)
 */
const PLAIN = 1;
const DIRECTED = 3;

const proposal: Binary<Proposal> = {
  write(writer, value) {
    const own = value.directives ?? [];
    writer.byte(own.length === 0 ? PLAIN : DIRECTED);
    members.write(writer, value);
    if (own.length > 0) directives.write(writer, own);
  },
  read(reader) {
    const version = reader.byte();
    if (version !== PLAIN && version !== DIRECTED)
      throw new NotCanonical('an unknown version of proposals');
    const value = members.read(reader);
    if (version === PLAIN) return value;
    const own = directives.read(reader);
    if (own.length === 0) throw new NotCanonical('an empty list of directives');
    return { ...value, directives: own };
  },
};

export function encodeProposal(value: Proposal): Uint8Array {
  return encode(proposal, value);
}

/** Throws NotCanonical for bytes that `encodeProposal` never gives. */
export function decodeProposal(bytes: Uint8Array): Proposal {
  return decode(proposal, bytes);
}
