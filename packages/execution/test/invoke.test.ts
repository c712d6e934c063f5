import { selector } from '@stackctl/crypto';
import { isStackError, PRIME, type StateReader, shortString } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import {
  balanceOf,
  ClassRegistry,
  createBlockExecutor,
  feeOf,
  type TransactionOutcome,
} from '../src/index.ts';
import {
  BOUNDS,
  blockContext,
  type Call,
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
const { strk, fibonacci, factorial } = genesis.addresses;

/** The same classes, charged by steps as those of before Sierra 1.7 are. */
const { provider } = registry;
const stepCounted = new ClassRegistry({
  casm: (hash) => provider.casm(hash),
  sierraVersion: () => [1, 6, 0],
  compiledClassHash: (hash) => provider.compiledClassHash?.(hash),
});

function executor(
  overrides: Parameters<typeof blockContext>[0] = {},
  state: StateReader = genesisState(),
  classes: ClassRegistry = registry,
) {
  return createBlockExecutor({
    context: blockContext(overrides),
    state,
    classes,
    blockHash: (number) => BigInt(number) + 0xabcn,
  });
}

function included(outcome: TransactionOutcome) {
  if ('rejected' in outcome)
    throw new Error(`${outcome.rejected.code}: ${outcome.rejected.message}`);
  return outcome;
}

function rejectionOf(outcome: TransactionOutcome) {
  return 'rejected' in outcome ? outcome.rejected.code : 'included';
}

describe('a transfer', () => {
  it('moves the amount, pays the fee to the sequencer, and uses the nonce', () => {
    const block = executor();
    const outcome = included(block.execute(invoke(alice, 0n, [transfer(bob.address, 500n)])));
    const { receipt, trace } = outcome;
    const context = blockContext();
    expect(receipt.status).toBe('SUCCEEDED');
    expect(receipt.actualFee).toBe(feeOf(receipt.gas, context.gasPrices, 0n));
    expect(balanceOf(block.state, strk, alice.address)).toBe(
      alice.balance - 500n - receipt.actualFee,
    );
    expect(balanceOf(block.state, strk, bob.address)).toBe(bob.balance + 500n);
    expect(balanceOf(block.state, strk, context.sequencerAddress)).toBe(receipt.actualFee);
    expect(block.state.nonceAt(alice.address)).toBe(1n);
    // Two Transfer events of the token: the transfer's, then the fee's.
    const name = selector('Transfer');
    expect(receipt.events.map((event) => [event.fromAddress, event.keys[0]])).toEqual([
      [strk, name],
      [strk, name],
    ]);
    expect(trace.validate?.result).toEqual([shortString('VALID')]);
    expect(trace.execute?.calls[0]?.contractAddress).toBe(strk);
    expect(trace.feeTransfer?.callerAddress).toBe(alice.address);
    const steps = [
      trace.validate,
      trace.execute,
      ...(trace.execute?.calls ?? []),
      trace.feeTransfer,
    ];
    expect(receipt.steps).toBe(steps.reduce((sum, call) => sum + (call?.steps ?? 0), 0));
  });

  it('pays the tip on L2 gas', () => {
    const plain = included(executor().execute(invoke(alice, 0n, [transfer(bob.address, 1n)])));
    const tipped = included(
      executor().execute(invoke(alice, 0n, [transfer(bob.address, 1n)], { tip: 77n })),
    );
    expect(tipped.receipt.actualFee - plain.receipt.actualFee).toBe(77n * plain.receipt.gas.l2Gas);
  });
});

describe('fibonacci and factorial', () => {
  it('answer what they compute', () => {
    const block = executor();
    const call = (to: bigint, name: string, n: bigint): Call => ({ to, name, calldata: [n] });
    const calls = [call(fibonacci, 'fibonacci', 100n), call(factorial, 'factorial', 50n)];
    const { trace } = included(block.execute(invoke(alice, 0n, calls)));
    let [a, b, product] = [0n, 1n, 1n];
    for (let i = 1n; i <= 100n; i++) [a, b] = [b, (a + b) % PRIME];
    for (let i = 1n; i <= 50n; i++) product = (product * i) % PRIME;
    expect(trace.execute?.calls.map((inner) => inner.result)).toEqual([[a], [product]]);
  });
});

describe('rejection: nothing changes', () => {
  const [good] = [invoke(alice, 0n, [transfer(bob.address, 1n)])];
  const poor = { ...BOUNDS, l2Gas: { maxAmount: 2n ** 60n, maxPricePerUnit: 10n ** 12n } };
  it.each([
    ['a nonce already used', invoke(bob, 7n, []), 'INVALID_TRANSACTION_NONCE'],
    [
      'a wrong signature',
      { ...good, transaction: { ...good.transaction, signature: [1n, 2n] } },
      'VALIDATION_FAILURE',
    ],
    [
      'no signature',
      { ...good, transaction: { ...good.transaction, signature: [] } },
      'VALIDATION_FAILURE',
    ],
    ['a signature over another hash', { ...good, hash: good.hash + 1n }, 'VALIDATION_FAILURE'],
    [
      'a price below the block',
      invoke(alice, 0n, [], {
        resourceBounds: { ...BOUNDS, l2Gas: { maxAmount: 10n ** 8n, maxPricePerUnit: 5n } },
      }),
      'INSUFFICIENT_RESOURCES_FOR_VALIDATE',
    ],
    [
      'too little gas for anything',
      invoke(alice, 0n, [], {
        resourceBounds: { ...BOUNDS, l2Gas: { maxAmount: 5n, maxPricePerUnit: 10n ** 10n } },
      }),
      'INSUFFICIENT_RESOURCES_FOR_VALIDATE',
    ],
    [
      'bounds beyond the balance',
      invoke(alice, 0n, [], { resourceBounds: poor }),
      'INSUFFICIENT_ACCOUNT_BALANCE',
    ],
    [
      'a version to be simulated',
      invoke(alice, 0n, [], { version: 2n ** 128n + 3n }),
      'UNSUPPORTED_TX_VERSION',
    ],
    ['an old version', invoke(alice, 0n, [], { version: 1n }), 'UNSUPPORTED_TX_VERSION'],
    [
      'a sender that is no contract',
      invoke({ ...alice, address: 0x1234n }, 0n, []),
      'INSUFFICIENT_ACCOUNT_BALANCE',
    ],
    [
      'a sender that is no account',
      invoke({ ...alice, address: strk }, 0n, [], { resourceBounds: BOUNDS }),
      'INSUFFICIENT_ACCOUNT_BALANCE',
    ],
  ])('%s', (_name, transaction, code) => {
    const block = executor();
    expect(rejectionOf(block.execute(transaction))).toBe(code);
    const empty = executor().finish();
    expect(block.finish()).toEqual(empty);
  });
});

describe('a transaction that fails after validation', () => {
  const tooMuch = transfer(bob.address, alice.balance * 2n);

  it('is included as reverted: nonce and fee stay, the rest does not', () => {
    const block = executor();
    const calls = [transfer(bob.address, 5n), tooMuch];
    const { receipt, trace } = included(block.execute(invoke(alice, 0n, calls)));
    expect(receipt.status).toBe('REVERTED');
    expect(receipt.revertReason).toMatch(/insufficient/i);
    expect(receipt.revertReason).toContain('ENTRYPOINT_FAILED');
    expect(receipt.actualFee > 0n).toBe(true);
    expect(balanceOf(block.state, strk, bob.address)).toBe(bob.balance);
    expect(balanceOf(block.state, strk, alice.address)).toBe(alice.balance - receipt.actualFee);
    expect(block.state.nonceAt(alice.address)).toBe(1n);
    expect(receipt.events.length).toBe(1);
    expect([trace.execute, trace.revertReason]).toEqual([undefined, receipt.revertReason]);
    // The chain goes on from there.
    expect(rejectionOf(block.execute(invoke(alice, 0n, [])))).toBe('INVALID_TRANSACTION_NONCE');
    included(block.execute(invoke(alice, 1n, [transfer(bob.address, 1n)])));
  });

  it.each([
    ['a contract that is not there', { to: 0x77n, name: 'transfer', calldata: [] }, /not deployed/],
    [
      'a function that is not there',
      { to: strk, name: 'nonsense', calldata: [] },
      /ENTRYPOINT_NOT_FOUND/,
    ],
    [
      'calldata that does not fit',
      { to: strk, name: 'transfer', calldata: [1n] },
      /ENTRYPOINT_FAILED/,
    ],
  ])('%s', (_name, call, reason) => {
    const { receipt } = included(executor().execute(invoke(alice, 0n, [call])));
    expect(receipt.status).toBe('REVERTED');
    expect(receipt.revertReason).toMatch(reason);
  });

  it('one that the machine stops leaves nothing of what went before', () => {
    const block = executor();
    const calls = [transfer(bob.address, 5n), { to: 0x77n, name: 'transfer', calldata: [] }];
    const { receipt } = included(block.execute(invoke(alice, 0n, calls)));
    expect(receipt.revertReason).toMatch(/not deployed/);
    expect(balanceOf(block.state, strk, bob.address)).toBe(bob.balance);
    expect(receipt.events.length).toBe(1);
  });

  it('gas beyond the bounds is never handed out', () => {
    const resourceBounds = {
      ...BOUNDS,
      l2Gas: { maxAmount: 3_000_000n, maxPricePerUnit: 10n ** 10n },
    };
    const calls = [{ to: fibonacci, name: 'fibonacci', calldata: [2n ** 31n] }];
    const { receipt } = included(executor().execute(invoke(alice, 0n, calls, { resourceBounds })));
    expect(receipt.status).toBe('REVERTED');
    expect(receipt.revertReason).toContain("'Out of gas'");
  });

  it('step-counted, using more than the bounds allow reverts and charges the bounds', () => {
    const calls = [{ to: fibonacci, name: 'fibonacci', calldata: [1_000n] }];
    const counted = () => executor({}, genesisState(), stepCounted);
    const { receipt: enough } = included(counted().execute(invoke(alice, 0n, calls)));
    const maxAmount = enough.gas.l2Gas - 1n;
    const bounds = { ...BOUNDS, l2Gas: { maxAmount, maxPricePerUnit: 10n ** 10n } };
    const transaction = invoke(alice, 0n, calls, { resourceBounds: bounds });
    const { receipt } = included(executor({}, genesisState(), stepCounted).execute(transaction));
    expect(receipt.revertReason).toMatch(/Insufficient max L2Gas/);
    // The fee is cut to the bound; the receipt tells what was left to pay for.
    const { gasPrices } = blockContext();
    const cut = { ...enough.gas, l2Gas: maxAmount };
    expect(receipt.actualFee).toBe(feeOf(cut, gasPrices, 0n));
    expect(receipt.gas.l2Gas).toBeLessThanOrEqual(enough.gas.l2Gas);
  });

  it('step-counted, steps without end are cut off', () => {
    const calls = [{ to: fibonacci, name: 'fibonacci', calldata: [2n ** 31n] }];
    const l2Gas = { maxAmount: 3_000_000n, maxPricePerUnit: 10n ** 10n };
    const resourceBounds = { ...BOUNDS, l2Gas };
    const transaction = invoke(alice, 0n, calls, { resourceBounds });
    const { receipt } = included(executor({}, genesisState(), stepCounted).execute(transaction));
    expect(receipt.status).toBe('REVERTED');
    expect(receipt.revertReason).toContain('out of steps');
    // All 30,000 steps that the bound pays for, validation and overhead among them, and 509 to commit
    // to 4 felts: 77 units of 40,000. Besides, 5 felts of calldata and 2 of signature.
    expect(receipt.gas.l2Gas).toBe(77n * 40_000n + 7n * 5_120n);
    const paid = { ...receipt.gas, l2Gas: l2Gas.maxAmount };
    expect(receipt.actualFee).toBe(feeOf(paid, blockContext().gasPrices, 0n));
  });
});

describe('a block', () => {
  it('is the same for everyone who executes it', () => {
    const transactions = [
      invoke(alice, 0n, [transfer(bob.address, 5n)]),
      invoke(bob, 0n, [transfer(alice.address, bob.balance * 3n)]),
      invoke(alice, 1n, [{ to: fibonacci, name: 'fibonacci', calldata: [30n] }]),
    ];
    const [first, second] = [1, 2].map(() => {
      const block = executor({ number: 12 });
      for (const transaction of transactions) included(block.execute(transaction));
      return block.finish();
    });
    expect(first).toEqual(second);
    expect(first?.receipts.map((receipt) => receipt.status)).toEqual([
      'SUCCEEDED',
      'REVERTED',
      'SUCCEEDED',
    ]);
  });

  it('can be executed again from its witness alone', () => {
    const block = executor({ number: 12 });
    const transactions = [
      invoke(alice, 0n, [transfer(bob.address, 5n)]),
      invoke(bob, 0n, [transfer(alice.address, bob.balance * 3n)]),
    ];
    for (const transaction of transactions) included(block.execute(transaction));
    const body = block.finish();
    const again = executor({ number: 12 }, onlyWitness(body.witness));
    for (const transaction of transactions) included(again.execute(transaction));
    expect(again.finish()).toEqual(body);
  });

  it('keeps the hash of the block ten before it', () => {
    const { stateDiff } = executor({ number: 12 }).finish();
    expect(stateDiff.storage).toEqual([
      { address: 1n, entries: [{ key: 2n, value: 2n + 0xabcn }] },
    ]);
    expect(executor({ number: 9 }).finish().stateDiff.storage).toEqual([]);
  });

  it('has room for so much', () => {
    const block = createBlockExecutor({
      context: blockContext(),
      state: genesisState(),
      classes: registry,
      blockHash: () => undefined,
      limits: { transactions: 10, steps: 2_000, l2Gas: 10n ** 12n, events: 10, messages: 10 },
    });
    included(block.execute(invoke(alice, 0n, [transfer(bob.address, 5n)])));
    const before = block.used;
    const second = invoke(bob, 0n, [transfer(alice.address, 5n)]);
    expect(rejectionOf(block.execute(second))).toBe('BLOCK_FULL');
    expect(block.used).toEqual(before);
    expect(block.state.nonceAt(bob.address)).toBe(0n);
    expect(block.finish().transactions.length).toBe(1);
  });

  it('does not swallow errors of its state', () => {
    const broken: StateReader = {
      ...genesisReader(),
      storageAt: () => {
        throw new RangeError('disk on fire');
      },
    };
    expect(() => executor({}, broken).execute(invoke(alice, 0n, []))).toThrow(RangeError);
  });
});

function genesisReader(): StateReader {
  const state = genesisState();
  return {
    storageAt: (address, key) => state.storageAt(address, key),
    nonceAt: (address) => state.nonceAt(address),
    classHashAt: (address) => state.classHashAt(address),
    compiledClassHash: (classHash) => state.compiledClassHash(classHash),
  };
}

/** A reader that knows the witnessed values and refuses to tell any other. */
function onlyWitness(
  witness: ReturnType<ReturnType<typeof executor>['finish']>['witness'],
): StateReader {
  const find = <T>(entry: T | undefined): T => {
    if (entry === undefined) throw new RangeError('read outside the witness');
    return entry;
  };
  return {
    storageAt: (address, key) =>
      find(witness.storage.find((entry) => entry.address === address && entry.key === key)).value,
    nonceAt: (address) => find(witness.nonces.find((entry) => entry.address === address)).nonce,
    classHashAt: (address) =>
      find(witness.classHashes.find((entry) => entry.address === address)).classHash,
    compiledClassHash: (classHash) =>
      find(witness.compiledClassHashes.find((entry) => entry.classHash === classHash))
        .compiledClassHash,
  };
}

it('a missing hash of an old block is a bug of the caller', () => {
  const make = () =>
    createBlockExecutor({
      context: blockContext({ number: 30 }),
      state: genesisState(),
      classes: registry,
      blockHash: () => undefined,
    });
  expect(make).toThrow(TypeError);
  expect(isStackError(new TypeError())).toBe(false);
});
