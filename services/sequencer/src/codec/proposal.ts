import type { Felt, Transaction } from '@stackctl/types';
import {
  type Binary,
  bytes,
  decode,
  encode,
  felt,
  list,
  NotCanonical,
  struct,
  uint,
} from './binary.ts';
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
  /**
   * The packed class of each DECLARE, in their order (see classes/packed-class.ts): what the block
   * hash says nothing about, the hints of the code, is agreed on with it.
   */
  readonly classes: readonly Uint8Array[];
}

/** Version 1 is a proposal without declares, version 2 one with their classes. */
const PLAIN = 1;
const WITH_CLASSES = 2;

type Common = Omit<Proposal, 'classes'>;

const common: Binary<Common> = struct<Common>({
  number: uint,
  timestamp: uint,
  sequencerAddress: felt,
  blockHash: felt,
  transactions: list(transaction),
});
const classList = list(bytes);

const proposal: Binary<Proposal> = {
  write(writer, value) {
    const plain = value.classes.length === 0;
    writer.byte(plain ? PLAIN : WITH_CLASSES);
    common.write(writer, value);
    if (!plain) classList.write(writer, value.classes);
  },
  read(reader) {
    const version = reader.byte();
    if (version !== PLAIN && version !== WITH_CLASSES)
      throw new NotCanonical('an unknown version of proposals');
    const value = common.read(reader);
    const classes = version === PLAIN ? [] : classList.read(reader);
    const declares = value.transactions.filter(({ type }) => type === 'DECLARE').length;
    if (classes.length !== declares || (version === WITH_CLASSES && declares === 0))
      throw new NotCanonical('not one class for each declare');
    return { ...value, classes };
  },
};

export function encodeProposal(value: Proposal): Uint8Array {
  return encode(proposal, value);
}

/** Throws NotCanonical for bytes that `encodeProposal` never gives. */
export function decodeProposal(value: Uint8Array): Proposal {
  return decode(proposal, value);
}
