import { pedersen, starknetKeccak } from '@stackctl/crypto';
import type { AccountTransaction, Felt, GasPrices, StateReader } from '@stackctl/types';
import { RejectedError } from './outcome.ts';
import { maxFee, minimalGas, RESOURCES, type VersionedConstants } from './rules/index.ts';

/**
 * Checks before anything runs that the bounds pay for the least at this block's prices, and that the
 * balance pays for the bounds. Throws RejectedError.
 */
export function checkCanPay(
  constants: VersionedConstants,
  transaction: AccountTransaction,
  prices: GasPrices,
  balance: () => bigint,
): void {
  const least = minimalGas(constants, transaction);
  const missing: string[] = [];
  for (const [resource, name] of RESOURCES) {
    const { maxAmount, maxPricePerUnit } = transaction.resourceBounds[resource];
    const price = prices[resource].fri;
    if (maxAmount < least[resource]) {
      missing.push(
        `Max ${name} amount (${maxAmount}) is lower than the minimal gas amount: ${least[resource]}.`,
      );
    }
    if (maxPricePerUnit < price) {
      missing.push(
        `Max ${name} price (${maxPricePerUnit}) is lower than the actual gas price: ${price}.`,
      );
    }
  }
  if (missing.length > 0) {
    throw new RejectedError('INSUFFICIENT_RESOURCES_FOR_VALIDATE', missing.join('\n'));
  }
  const fee = maxFee(transaction.resourceBounds, transaction.tip);
  const funds = balance();
  if (fee > funds) {
    throw new RejectedError(
      'INSUFFICIENT_ACCOUNT_BALANCE',
      `Resources bounds (${fee} FRI) exceed balance (${funds} FRI).`,
    );
  }
}

const STORAGE_BOUND = 2n ** 251n - 256n;
const BALANCES = starknetKeccak('ERC20_balances');

/** Storage key of the low half of an account's balance in a fee token; the high half is behind it. */
export function balanceKey(account: Felt): Felt {
  return pedersen(BALANCES, account) % STORAGE_BOUND;
}

/** Balance of an account in a fee token, in the token's smallest unit. */
export function balanceOf(state: StateReader, token: Felt, account: Felt): bigint {
  const key = balanceKey(account);
  return state.storageAt(token, key) + (state.storageAt(token, key + 1n) << 128n);
}
