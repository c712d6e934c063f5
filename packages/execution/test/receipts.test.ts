/**
 * Receipts that Starknet itself wrote, checked against the rules: what the chain says of the operating
 * system's part, the data gas, the L2 gas around what the calls used, and the fee. They are transactions
 * of public chains as their feeder gateways showed them; starknet_version 0.14.1 has the numbers of 0.14.0
 * for all of this.
 */
import type { InvokeTransaction } from '@stackctl/types';
import { describe, expect, test } from 'vitest';
import {
  feeOf,
  messagesL1Gas,
  overheadResources,
  transactionGas,
  V0_14_1,
  V0_14_2,
  vmGas,
} from '../src/rules/index.ts';

const bound = { maxAmount: 0n, maxPricePerUnit: 0n };

function invoke(calldata: number, proofFacts = 0): InvokeTransaction {
  const zeros = (length: number) => Array.from({ length }, () => 0n);
  return {
    type: 'INVOKE',
    version: 3n,
    senderAddress: 1n,
    calldata: zeros(calldata),
    signature: zeros(2),
    nonce: 0n,
    resourceBounds: { l1Gas: bound, l2Gas: bound, l1DataGas: bound },
    tip: 0n,
    paymasterData: [],
    nonceDataAvailabilityMode: 'L1',
    feeDataAvailabilityMode: 'L1',
    accountDeploymentData: [],
    proofFacts: zeros(proofFacts),
  };
}

/** Changes that publish so many felts. */
const published = (felts: number) => ({
  contracts: 1,
  storage: (felts - 2) / 2,
  allocated: 0,
  classes: 0,
  declared: 0,
});

describe('Starknet Sepolia, block 4072139 (0.14.1): gas-counted invokes', () => {
  // l1_data_gas_price and l2_gas_price of the block in fri; every transaction tips 10^8.
  const price = (fri: bigint) => ({ wei: 0n, fri });
  const prices = {
    l1Gas: price(0x2e39b22cf291n),
    l1DataGas: price(0x78cd54b96e64n),
    l2Gas: price(0x1dcd65000n),
  };
  // calldata felts, n_steps, range checks, poseidons, l1_data_gas, l2_gas, actual_fee
  test.each([
    [11, 5_406, 226, 23, 256n, 1_319_265n, 0x9ec43bcf1df500n],
    [6, 4_890, 158, 18, 128n, 1_152_335n, 0x5d8fcf733f5100n],
    [9, 4_907, 158, 20, 128n, 1_311_991n, 0x6227fb347e7900n],
  ])('calldata of %d felts', (calldata, steps, rangeChecks, poseidons, dataGas, l2Gas, fee) => {
    const transaction = invoke(calldata);
    const felts = Number(dataGas) / 32;
    expect(overheadResources(V0_14_1, transaction, felts)).toMatchObject({
      steps,
      builtins: { range_check: rangeChecks, poseidon: poseidons, pedersen: 4 },
    });
    // What the receipt leaves for the calls' own gas is what it must be to make the receipt.
    const own = l2Gas - BigInt(Math.ceil(steps / 400)) * 40_000n - BigInt(calldata + 2) * 5_120n;
    expect(own).toBeGreaterThan(300_000n);
    const gas = transactionGas(V0_14_1, {
      transaction,
      computation: { vm: { steps: 0, builtins: {} }, gas: own, revertedSteps: 0, revertedGas: 0n },
      changes: published(felts),
      eventKeys: 0,
      eventData: 0,
      messages: [],
      codeBytes: 0,
    });
    expect(gas).toEqual({ l1Gas: 0n, l1DataGas: dataGas, l2Gas });
    expect(feeOf(gas, prices, 100_000_000n)).toBe(fee);
  });
});

test('Sepolia integration, block 1041730: an invoke with proof facts', () => {
  // calldata 7, proof facts 8, an event of one key and four felts; n_steps 4940, l2_gas 76014735.
  const transaction = invoke(7, 8);
  expect(overheadResources(V0_14_2, transaction, 4)).toMatchObject({
    steps: 4_940,
    builtins: { range_check: 158, poseidon: 23, pedersen: 4 },
  });
  const own = 76_014_735n - 75_000_000n - 13n * 40_000n - 17n * 5_120n - 6n * 5_120n;
  const gas = transactionGas(V0_14_2, {
    transaction,
    computation: { vm: { steps: 0, builtins: {} }, gas: own, revertedSteps: 0, revertedGas: 0n },
    changes: published(4),
    eventKeys: 1,
    eventData: 4,
    messages: [],
    codeBytes: 0,
  });
  expect(gas).toEqual({ l1Gas: 0n, l1DataGas: 128n, l2Gas: 76_014_735n });
});

describe('Starknet integration, block 329526: step-counted transactions', () => {
  // As StarkWare keeps it for its node's tests, under 0.14.0; the steps of the operating system are of
  // older numbers, but they are in n_steps. Old transactions, charged in L1 gas: what vmGas says in units of 40,000 L2 gas. n_steps, pedersens,
  // range checks, poseidons, messages to L1, l1_gas.
  test.each([
    ['DEPLOY_ACCOUNT', 4_799, 23, 157, 3, [], 12n],
    ['INVOKE 1', 4_364, 15, 104, 2, [2], 28_155n],
    ['INVOKE 2', 4_806, 16, 172, 4, [], 13n],
  ])('%s', (_name, steps, pedersen, range_check, poseidon, messages, l1Gas) => {
    const units =
      vmGas(V0_14_1, { steps, builtins: { pedersen, range_check, poseidon } }) / 40_000n;
    expect(units + messagesL1Gas(messages)).toBe(l1Gas);
  });

  test('an invoke of 8 felts: 7,472 steps and 10 for old prices of calldata', () => {
    // 7,472 steps are 18.68, 19 units; 8 felts at 0.128 are 1.02, 1 unit: l1_gas 20.
    expect(vmGas(V0_14_1, { steps: 7_472, builtins: {} }) / 40_000n + 1n).toBe(20n);
  });
});
