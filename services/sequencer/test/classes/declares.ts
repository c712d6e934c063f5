import { sign } from '@stackctl/crypto';
import { hashTransaction } from '@stackctl/execution';
import type { DeclareTransaction } from '@stackctl/types';
import { checkClass } from '../../src/classes/packed-class.ts';
import { accounts, CHAIN_ID } from '../chain-kit.ts';
import { bookshop } from './bookshop.ts';

export const checked = checkClass(bookshop.sierra, bookshop.casm);
const { classHash, compiledClassHash } = checked;
const bounds = (maxAmount: bigint) => ({ maxAmount, maxPricePerUnit: 2n * 10n ** 9n });

/** A signed declare of the test contract by an account of the genesis. */
export function declare(from: number, change: Partial<DeclareTransaction> = {}) {
  const account = accounts[from];
  if (account === undefined) throw new RangeError('no such account');
  const unsigned: DeclareTransaction = {
    type: 'DECLARE',
    version: 3n,
    senderAddress: account.address,
    classHash,
    compiledClassHash,
    signature: [],
    nonce: 0n,
    resourceBounds: {
      l1Gas: bounds(0n),
      l2Gas: bounds(4_000_000_000n),
      l1DataGas: bounds(10_000n),
    },
    tip: 0n,
    paymasterData: [],
    accountDeploymentData: [],
    nonceDataAvailabilityMode: 'L1',
    feeDataAvailabilityMode: 'L1',
    ...change,
  };
  const hash = hashTransaction(unsigned, CHAIN_ID);
  const { r, s } = sign(account.privateKey, hash);
  return { hash, transaction: { ...unsigned, signature: [r, s] } };
}
