import type { Transaction } from '@stackctl/types';
import { type Binary, bytes } from './binary.ts';
import { transaction } from './records.ts';

/** A transaction as nodes tell each other; a DECLARE travels with its class. */
export interface GossipedTransaction {
  readonly transaction: Transaction;
  readonly packedClass?: Uint8Array;
}

export const gossipedTransaction: Binary<GossipedTransaction> = {
  write(writer, value) {
    transaction.write(writer, value.transaction);
    if (value.transaction.type === 'DECLARE')
      bytes.write(writer, value.packedClass ?? new Uint8Array(0));
  },
  read(reader) {
    const decoded = transaction.read(reader);
    return decoded.type === 'DECLARE'
      ? { transaction: decoded, packedClass: bytes.read(reader) }
      : { transaction: decoded };
  },
};
