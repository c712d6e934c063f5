import type { Felt } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import {
  type CallRecord,
  type ClassProvider,
  ClassRegistry,
  createBlockExecutor,
} from '../src/index.ts';
import { feeOf, type TransactionUse, transactionGas, V0_14_1 } from '../src/rules/index.ts';
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

/** The classes of the chain as if a compiler of Sierra 1.7 had made them: their gas counts. */
const provider: ClassProvider = { ...registry.provider, sierraVersion: () => [1, 7, 0] };
const classes = new ClassRegistry(provider);

function run(calls: readonly Call[], l2Gas?: bigint) {
  const records: CallRecord[] = [];
  const block = createBlockExecutor({
    context: blockContext(),
    state: genesisState(),
    classes,
    blockHash: () => undefined,
    onCall: (call) => records.push(call),
  });
  const resourceBounds =
    l2Gas === undefined ? BOUNDS : { ...BOUNDS, l2Gas: { ...BOUNDS.l2Gas, maxAmount: l2Gas } };
  const hashed = invoke(alice, 0n, calls, { resourceBounds });
  const outcome = block.execute(hashed);
  if ('rejected' in outcome) throw new Error(outcome.rejected.message);
  const own = (phase: CallRecord['phase']) =>
    records.find((record) => record.phase === phase && record.parent === undefined);
  return { ...outcome, transaction: hashed.transaction, own };
}

const spent = (record: CallRecord | undefined): bigint =>
  record === undefined ? 0n : record.initialGas - record.gasLeft;

/** Gas of an invoke whose calls are all charged by their own gas. */
function expected(
  transaction: TransactionUse['transaction'],
  gas: bigint,
  revertedGas: bigint,
  rest: Partial<TransactionUse>,
) {
  return transactionGas(V0_14_1, {
    transaction,
    computation: { vm: { steps: 0, builtins: {} }, gas, revertedSteps: 0, revertedGas },
    changes: { contracts: 1, storage: 1, allocated: 0, classes: 0, declared: 0 },
    eventKeys: 0,
    eventData: 0,
    messages: [],
    codeBytes: 0,
    ...rest,
  });
}

describe('an invoke of gas-counted classes', () => {
  it('pays the gas that its calls count, and the steps of the operating system', () => {
    const { receipt, transaction, own } = run([transfer(bob.address, 5n)]);
    const [event] = receipt.events;
    // Nonce; both balances.
    const changes = { contracts: 1, storage: 2, allocated: 0, classes: 0, declared: 0 };
    const events = { eventKeys: event?.keys.length ?? 0, eventData: event?.data.length ?? 0 };
    const gas = spent(own('validate')) + spent(own('execute'));
    expect(receipt.gas).toEqual(expected(transaction, gas, 0n, { changes, ...events }));
  });

  it('that fails pays what it used until then, and its validation', () => {
    const { receipt, transaction, own } = run([transfer(bob.address, alice.balance * 2n)]);
    expect(receipt.status).toBe('REVERTED');
    const [validated, executed] = [spent(own('validate')), spent(own('execute'))];
    expect(executed).toBeGreaterThan(100_000n);
    expect(receipt.gas).toEqual(expected(transaction, validated, executed, {}));
  });

  it('that is stopped pays up to its last syscall', () => {
    const { receipt, transaction, own } = run([{ to: 0x77n, name: 'transfer', calldata: [] }]);
    expect(receipt.revertReason).toMatch(/not deployed/);
    const validated = spent(own('validate'));
    const none = expected(transaction, validated, 0n, {});
    const reverted = receipt.gas.l2Gas - none.l2Gas;
    // It got as far as call_contract (81,560 behind its base), which stopped it.
    expect(reverted).toBeGreaterThan(10_000n + 81_560n);
    expect(reverted).toBeLessThan(1_000_000n);
  });

  it('gets what the bound leaves behind the validation, and pays no more than it', () => {
    const calls: Call[] = Array.from({ length: 20 }, () => transfer(bob.address, 1n));
    const enough = run(calls);
    const bound: Felt = spent(enough.own('validate')) + spent(enough.own('execute')) / 2n;
    const { receipt, own } = run(calls, bound);
    expect(receipt.status).toBe('REVERTED');
    expect(receipt.revertReason).toContain('Out of gas');
    expect(own('validate')?.initialGas).toBe(bound);
    expect(own('execute')?.initialGas).toBe(bound - spent(own('validate')));
    const { gasPrices } = blockContext();
    expect(receipt.gas.l2Gas).toBeGreaterThan(bound);
    expect(receipt.actualFee).toBe(feeOf({ ...receipt.gas, l2Gas: bound }, gasPrices, 0n));
  });
});
