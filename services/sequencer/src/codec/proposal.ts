import type { Felt, Transaction } from '@stackctl/types';
import { type Directive, directive } from '../devnet/directive.ts';
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
  /** Changes of the chain's parameters, applied before the transactions; absent when there are none. */
  readonly directives?: readonly Directive[];
}

/** The first byte less `PLAIN` is a set: what follows the common members, in this order. */
const PLAIN = 1;
const CLASSES = 1;
const DIRECTIVES = 2;

type Common = Omit<Proposal, 'classes' | 'directives'>;

const common: Binary<Common> = struct<Common>({
  number: uint,
  timestamp: uint,
  sequencerAddress: felt,
  blockHash: felt,
  transactions: list(transaction),
});
const classList = list(bytes);
const directiveList = list(directive);

const proposal: Binary<Proposal> = {
  write(writer, value) {
    const { classes, directives = [] } = value;
    const extras = (classes.length > 0 ? CLASSES : 0) | (directives.length > 0 ? DIRECTIVES : 0);
    writer.byte(PLAIN + extras);
    common.write(writer, value);
    if (classes.length > 0) classList.write(writer, classes);
    if (directives.length > 0) directiveList.write(writer, directives);
  },
  read(reader) {
    const extras = reader.byte() - PLAIN;
    if (extras < 0 || extras > (CLASSES | DIRECTIVES))
      throw new NotCanonical('an unknown version of proposals');
    const value = common.read(reader);
    const classes = extras & CLASSES ? classList.read(reader) : [];
    const declares = value.transactions.filter(({ type }) => type === 'DECLARE').length;
    if (classes.length !== declares || (extras & CLASSES && declares === 0))
      throw new NotCanonical('not one class for each declare');
    if (!(extras & DIRECTIVES)) return { ...value, classes };
    const directives = directiveList.read(reader);
    if (directives.length === 0) throw new NotCanonical('an empty list of directives');
    return { ...value, classes, directives };
  },
};

export function encodeProposal(value: Proposal): Uint8Array {
  return encode(proposal, value);
}

/** Throws NotCanonical for bytes that `encodeProposal` never gives. */
export function decodeProposal(value: Uint8Array): Proposal {
  return decode(proposal, value);
}
