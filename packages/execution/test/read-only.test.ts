import { selector } from '@stackctl/crypto';
import { describe, expect, it } from 'vitest';
import {
  call,
  createBlockExecutor,
  estimateFee,
  simulate,
  validateForMempool,
} from '../src/index.ts';
import {
  BOUNDS,
  blockContext,
  genesis,
  genesisState,
  invoke,
  registry,
  transfer,
} from './helpers/chain.ts';

const [alice, bob] = genesis.accounts as [
  (typeof genesis.accounts)[number],
  (typeof genesis.accounts)[number],
];
const { strk, fibonacci } = genesis.addresses;
const world = () => ({ block: blockContext(), state: genesisState(), classes: registry });
const ZERO = { maxAmount: 0n, maxPricePerUnit: 0n };
const NO_BOUNDS = { l1Gas: ZERO, l2Gas: ZERO, l1DataGas: ZERO };
const QUERY = 2n ** 128n + 3n;

describe('call', () => {
  it('answers, changes nothing, and needs no account', () => {
    const options = world();
    const before = options.state.diff();
    const outcome = call({
      ...options,
      contractAddress: strk,
      selector: selector('balance_of'),
      calldata: [alice.address],
    });
    expect(outcome).toMatchObject({ result: [alice.balance, 0n] });
    expect(options.state.diff()).toEqual(before);
  });

  it.each([
    ['CONTRACT_NOT_FOUND', 0x77n, 'balance_of', [1n]],
    ['ENTRYPOINT_NOT_FOUND', strk, 'nonsense', []],
    ['CONTRACT_ERROR', strk, 'balance_of', []],
    ['CONTRACT_ERROR', strk, 'transfer', [bob.address, 5n, 0n]],
  ] as const)('%s', (failure, contractAddress, name, calldata) => {
    const outcome = call({ ...world(), contractAddress, selector: selector(name), calldata });
    expect(outcome).toMatchObject({ failure });
  });
});

describe('estimateFee and simulate', () => {
  it('estimate what the block then charges, with and without validation', () => {
    const transaction = invoke(alice, 0n, [transfer(bob.address, 5n)]);
    const estimated = estimateFee([transaction], world());
    if (!('estimates' in estimated)) throw new Error('not estimated');
    const block = createBlockExecutor({
      context: blockContext(),
      state: genesisState(),
      classes: registry,
      blockHash: () => undefined,
    });
    const outcome = block.execute(transaction);
    if ('rejected' in outcome) throw new Error('rejected');
    expect(estimated.estimates[0]?.gas).toEqual(outcome.receipt.gas);
    expect(estimated.estimates[0]?.overallFee).toBe(outcome.receipt.actualFee);
  });

  it.each([
    ['no call', () => []],
    ['one call', () => [transfer(bob.address, 5n)]],
    ['a new storage key', () => [transfer(0x7777n, 5n)]],
    ['five calls', () => Array.from({ length: 5 }, () => transfer(bob.address, 5n))],
  ])('an unsigned estimate covers the signed transaction: %s', (_, callsOf) => {
    const calls = callsOf();
    const unsigned = invoke(alice, 0n, calls, { signature: [], resourceBounds: NO_BOUNDS });
    const estimated = estimateFee([unsigned], { ...world(), skipValidate: true });
    if (!('estimates' in estimated)) throw new Error('not estimated');
    const block = createBlockExecutor({
      context: blockContext(),
      state: genesisState(),
      classes: registry,
      blockHash: () => undefined,
    });
    const outcome = block.execute(invoke(alice, 0n, calls));
    if ('rejected' in outcome) throw new Error('rejected');
    const { gas } = outcome.receipt;
    const estimate = estimated.estimates[0]?.gas ?? { l1Gas: 0n, l1DataGas: 0n, l2Gas: 0n };
    for (const resource of ['l1Gas', 'l1DataGas', 'l2Gas'] as const) {
      expect(2n * gas[resource]).toBeLessThanOrEqual(3n * estimate[resource]);
      expect(estimate[resource]).toBeLessThanOrEqual(2n * gas[resource]);
    }
  });

  it('run one behind the other, unsigned and without bounds', () => {
    const transactions = [0n, 1n].map((nonce) =>
      invoke(alice, nonce, [transfer(bob.address, 5n)], {
        version: QUERY,
        resourceBounds: NO_BOUNDS,
        signature: [],
      }),
    );
    const flags = { skipValidate: true, skipFeeCharge: true };
    const simulated = simulate(transactions, { ...world(), ...flags });
    if (!('results' in simulated)) throw new Error('rejected');
    expect(simulated.results.map(({ receipt }) => receipt.status)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
    ]);
    expect(simulated.results.every(({ trace }) => trace.feeTransfer === undefined)).toBe(true);
    // Charging the fee needs bounds, and validating a signature.
    expect(simulate(transactions, { ...world(), skipValidate: true })).toMatchObject({
      failedIndex: 0,
      rejected: { code: 'INSUFFICIENT_RESOURCES_FOR_VALIDATE' },
    });
    expect(simulate(transactions, { ...world(), skipFeeCharge: true })).toMatchObject({
      failedIndex: 0,
      rejected: { code: 'VALIDATION_FAILURE' },
    });
  });

  it('a transaction that reverts has no estimate', () => {
    const good = invoke(alice, 0n, [{ to: fibonacci, name: 'fibonacci', calldata: [5n] }]);
    const bad = invoke(alice, 1n, [transfer(bob.address, alice.balance * 2n)]);
    const estimated = estimateFee([good, bad], world());
    expect(estimated).toMatchObject({ failedIndex: 1 });
    expect('revertReason' in estimated && estimated.revertReason).toMatch(/ENTRYPOINT_FAILED/);
  });
});

describe('validateForMempool', () => {
  const check = (transaction: ReturnType<typeof invoke>, options = {}) =>
    validateForMempool(transaction, { ...world(), ...options })?.code;

  it('takes nonces from the next one to some way ahead', () => {
    expect(check(invoke(alice, 0n, []))).toBeUndefined();
    expect(check(invoke(alice, 50n, []))).toBeUndefined();
    expect(check(invoke(alice, 51n, []))).toBe('INVALID_TRANSACTION_NONCE');
    expect(check(invoke(alice, 5n, []), { maxNonceGap: 4 })).toBe('INVALID_TRANSACTION_NONCE');
    const state = genesisState();
    state.setNonce(alice.address, 3n);
    expect(check(invoke(alice, 2n, []), { state })).toBe('INVALID_TRANSACTION_NONCE');
  });

  it('refuses what could not be included', () => {
    const { transaction, hash } = invoke(alice, 0n, []);
    const unsigned = { hash, transaction: { ...transaction, signature: [] } };
    expect(check(unsigned)).toBe('VALIDATION_FAILURE');
    expect(check(invoke(alice, 0n, [], { resourceBounds: NO_BOUNDS }))).toBe(
      'INSUFFICIENT_RESOURCES_FOR_VALIDATE',
    );
    expect(check(invoke(alice, 0n, [], { version: QUERY }))).toBe('UNSUPPORTED_TX_VERSION');
    const rich = { ...BOUNDS, l1Gas: { maxAmount: 2n ** 63n, maxPricePerUnit: 2n ** 100n } };
    expect(check(invoke(alice, 0n, [], { resourceBounds: rich }))).toBe(
      'INSUFFICIENT_ACCOUNT_BALANCE',
    );
  });

  it('trusts the signature of an account that is about to be deployed', () => {
    const state = genesisState();
    const ghost = { ...alice, address: 0x9057n };
    const transaction = invoke(ghost, 1n, []);
    state.setStorage(strk, 0n, 0n);
    const outcome = validateForMempool(transaction, { ...world(), state, deploymentPending: true });
    // It still has to have money.
    expect(outcome?.code).toBe('INSUFFICIENT_ACCOUNT_BALANCE');
  });
});
