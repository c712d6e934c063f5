import { selector, sign } from '@stackctl/crypto';
import { hashTransaction } from '@stackctl/execution';
import type { Felt, InvokeTransaction } from '@stackctl/types';
import type { Random } from './random.ts';

export interface FuzzAccount {
  readonly address: Felt;
  readonly privateKey: Felt;
  nonce: bigint;
}

const ENTRY_POINTS = [
  'transfer',
  'transfer_from',
  'approve',
  'record',
  'fibonacci',
  'factorial',
  'deploy_contract',
  'deployContract',
  '__execute__',
  '__validate__',
  'set_public_key',
  'upgrade',
  'constructor',
  'no_such_entry_point',
];

/** Calls with any arguments, well signed: what is in them is the contracts' affair. */
export function createTransactions(
  random: Random,
  chainId: Felt,
  targets: readonly Felt[],
): (account: FuzzAccount) => InvokeTransaction {
  const felt = (): Felt =>
    random.chance(0.3) ? random.pick(targets) : random.bits(random.pick([1, 5, 64, 128, 250]));
  const calldata = (): Felt[] => {
    if (random.chance(0.1)) return Array.from({ length: random.below(300) }, felt);
    const calls = Array.from({ length: random.below(4) }, () => {
      const inputs = Array.from({ length: random.below(6) }, felt);
      const entry = selector(random.pick(ENTRY_POINTS));
      return [random.pick(targets), entry, BigInt(inputs.length), ...inputs];
    });
    const flat = [BigInt(calls.length), ...calls.flat()];
    // A length that lies, now and then.
    return random.chance(0.1) ? flat.with(random.below(flat.length), felt()) : flat;
  };
  const bound = (most: number) => ({
    maxAmount: BigInt(random.below(most)),
    maxPricePerUnit: 2_000_000_000n,
  });
  return (account) => {
    const unsigned: InvokeTransaction = {
      type: 'INVOKE',
      version: 3n,
      senderAddress: account.address,
      calldata: calldata(),
      signature: [],
      nonce: account.nonce + (random.chance(0.05) ? BigInt(random.below(3)) : 0n),
      resourceBounds: {
        l1Gas: bound(2),
        l2Gas: random.chance(0.8)
          ? { maxAmount: 100_000_000n, maxPricePerUnit: 2_000_000_000n }
          : bound(3_000_000),
        l1DataGas: { maxAmount: 100_000n, maxPricePerUnit: 2_000_000_000n },
      },
      tip: BigInt(random.below(3)),
      paymasterData: [],
      accountDeploymentData: [],
      nonceDataAvailabilityMode: 'L1',
      feeDataAvailabilityMode: 'L1',
    };
    const { r, s } = sign(account.privateKey, hashTransaction(unsigned, chainId));
    const signature = random.chance(0.05)
      ? [r, s, ...unsigned.calldata].slice(0, 1 + random.below(5))
      : [r, s];
    return { ...unsigned, signature };
  };
}
