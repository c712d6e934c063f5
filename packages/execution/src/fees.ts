import { pedersen, starknetKeccak } from '@stackctl/crypto';
import type {
  AccountTransaction,
  AllResourceBounds,
  CallTrace,
  Felt,
  GasPrices,
  GasVector,
  StateReader,
  Transaction,
} from '@stackctl/types';
import type { ChangeCounts } from './cached-state.ts';
import {
  DATA_GAS_PER_FELT,
  GAS_PER_CALLDATA_FELT,
  GAS_PER_CLASS_FELT,
  GAS_PER_EVENT_DATA_FELT,
  GAS_PER_EVENT_KEY_FELT,
  GAS_PER_NEW_STORAGE_KEY,
  GAS_PER_STEP,
  MESSAGE_HEADER_FELTS,
  MESSAGE_L1_GAS,
  TRANSACTION_STEPS,
} from './constants.ts';
import { RejectedError } from './outcome.ts';
import type { Meter } from './resources.ts';

/** The resources of a v3 transaction, with their names in messages. */
const RESOURCES = [
  ['l1Gas', 'L1Gas'],
  ['l1DataGas', 'L1DataGas'],
  ['l2Gas', 'L2Gas'],
] as const;

/** What a transaction used. */
export interface Usage {
  readonly transaction: Transaction;
  readonly meter: Meter;
  /** Calls whose events and messages count. */
  readonly calls: readonly CallTrace[];
  readonly changes: ChangeCounts;
  /** Words of a declared class. */
  readonly classFelts: number;
}

/** Gas of a transaction, by resource. */
export function gasOf(usage: Usage): GasVector {
  const { transaction, meter, changes } = usage;
  const steps = meter.dearestSteps() + TRANSACTION_STEPS[transaction.type];
  let l1Gas = 0n;
  let l2Gas = BigInt(steps) * GAS_PER_STEP + meter.sierraGas;
  l2Gas += BigInt(payloadFelts(transaction)) * GAS_PER_CALLDATA_FELT;
  l2Gas += BigInt(usage.classFelts) * GAS_PER_CLASS_FELT;
  l2Gas += BigInt(changes.newStorage) * GAS_PER_NEW_STORAGE_KEY;
  forEachCall(usage.calls, (call) => {
    for (const { keys, data } of call.events) {
      l2Gas += BigInt(keys.length) * GAS_PER_EVENT_KEY_FELT;
      l2Gas += BigInt(data.length) * GAS_PER_EVENT_DATA_FELT;
    }
    for (const { payload } of call.messages) {
      const felts = BigInt(payload.length);
      const { perFelt, store, log, logPerFelt } = MESSAGE_L1_GAS;
      l1Gas += (MESSAGE_HEADER_FELTS + felts) * perFelt + store + log + (2n + felts) * logPerFelt;
    }
  });
  // Published: address and header a contract, key and value a cell, one felt a class, two a declare.
  const published =
    2 * changes.contracts.size + 2 * changes.storage + changes.classes + 2 * changes.declared;
  return { l1Gas, l1DataGas: BigInt(published) * DATA_GAS_PER_FELT, l2Gas };
}

/** Felts of calldata and signature. */
function payloadFelts(transaction: Transaction): number {
  switch (transaction.type) {
    case 'INVOKE':
      return transaction.calldata.length + transaction.signature.length;
    case 'DECLARE':
      return transaction.signature.length;
    case 'DEPLOY_ACCOUNT':
      return transaction.constructorCalldata.length + transaction.signature.length;
    case 'L1_HANDLER':
      return transaction.calldata.length;
  }
}

function forEachCall(calls: readonly CallTrace[], visit: (call: CallTrace) => void): void {
  for (const call of calls) {
    visit(call);
    forEachCall(call.calls, visit);
  }
}

/** Fee in FRI. The tip is paid on L2 gas. */
export function feeOf(gas: GasVector, prices: GasPrices, tip: bigint): bigint {
  return (
    gas.l1Gas * prices.l1Gas.fri +
    gas.l1DataGas * prices.l1DataGas.fri +
    gas.l2Gas * (prices.l2Gas.fri + tip)
  );
}

/** Largest fee that the bounds allow. */
export function maxFee(bounds: AllResourceBounds, tip: bigint): bigint {
  const { l1Gas, l1DataGas, l2Gas } = bounds;
  return (
    l1Gas.maxAmount * l1Gas.maxPricePerUnit +
    l1DataGas.maxAmount * l1DataGas.maxPricePerUnit +
    l2Gas.maxAmount * (l2Gas.maxPricePerUnit + tip)
  );
}

/** What any transaction of this form costs at the very least. */
export function minimalGas(transaction: AccountTransaction): GasVector {
  const l2Gas =
    BigInt(TRANSACTION_STEPS[transaction.type]) * GAS_PER_STEP +
    BigInt(payloadFelts(transaction)) * GAS_PER_CALLDATA_FELT;
  // The nonce of one contract and its balance are published.
  return { l1Gas: 0n, l1DataGas: 2n * DATA_GAS_PER_FELT, l2Gas };
}

/**
 * Checks before anything runs that the bounds pay for the least at this block's prices, and that the
 * balance pays for the bounds. Throws RejectedError.
 */
export function checkCanPay(
  transaction: AccountTransaction,
  prices: GasPrices,
  balance: () => bigint,
): void {
  const least = minimalGas(transaction);
  for (const [resource, name] of RESOURCES) {
    const { maxAmount, maxPricePerUnit } = transaction.resourceBounds[resource];
    const price = prices[resource].fri;
    if (maxPricePerUnit < price) {
      insufficient(`Max ${name} price (${maxPricePerUnit}) is lower than the gas price: ${price}.`);
    }
    if (maxAmount < least[resource]) {
      insufficient(
        `Max ${name} amount (${maxAmount}) is lower than the minimal gas amount: ${least[resource]}.`,
      );
    }
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

function insufficient(message: string): never {
  throw new RejectedError('INSUFFICIENT_RESOURCES_FOR_VALIDATE', message);
}

/** The first resource of which more was used than allowed, as a revert reason. */
export function exceededBound(gas: GasVector, bounds: AllResourceBounds): string | undefined {
  for (const [resource, name] of RESOURCES) {
    const { maxAmount } = bounds[resource];
    if (gas[resource] > maxAmount) {
      return `Insufficient max ${name}: max amount: ${maxAmount}, actual used: ${gas[resource]}.`;
    }
  }
  return undefined;
}

/** Gas cut to the bounds: what a reverted transaction can be charged. */
export function capGas(gas: GasVector, bounds: AllResourceBounds): GasVector {
  const cap = (used: bigint, bound: bigint) => (used < bound ? used : bound);
  return {
    l1Gas: cap(gas.l1Gas, bounds.l1Gas.maxAmount),
    l1DataGas: cap(gas.l1DataGas, bounds.l1DataGas.maxAmount),
    l2Gas: cap(gas.l2Gas, bounds.l2Gas.maxAmount),
  };
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
