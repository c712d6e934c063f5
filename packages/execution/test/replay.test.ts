import { CairoMachine, finishEntryPoint, startEntryPoint } from '@stackctl/cairo-vm';
import { isStackError } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { type CallRecord, createBlockExecutor, ReplaySyscalls } from '../src/index.ts';
import {
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

/** Records of a transfer, a revert and a computation. */
function records(): CallRecord[] {
  const calls: CallRecord[] = [];
  const block = createBlockExecutor({
    context: blockContext(),
    state: genesisState(),
    classes: registry,
    blockHash: () => undefined,
    onCall: (call) => calls.push(call),
  });
  const { fibonacci } = genesis.addresses;
  block.execute(invoke(alice, 0n, [transfer(bob.address, 5n)]));
  block.execute(invoke(bob, 7n, []));
  block.execute(invoke(bob, 0n, [transfer(alice.address, bob.balance * 2n)]));
  block.execute(invoke(alice, 1n, [{ to: fibonacci, name: 'fibonacci', calldata: [9n] }]));
  return calls;
}

function replay(record: CallRecord) {
  const runnable = registry.get(record.classHash);
  const entryPoint = runnable?.casm.entryPoints[record.entryPointType].get(record.selector);
  if (runnable === undefined || entryPoint === undefined) throw new TypeError('class not found');
  const syscalls = new ReplaySyscalls(record.syscalls);
  const vm = new CairoMachine(runnable.casm.program, { stepLimit: record.steps, syscalls });
  const frame = startEntryPoint(vm, entryPoint, record.calldata, record.initialGas);
  vm.stepLimit = Number.MAX_SAFE_INTEGER;
  vm.run();
  const { failed, retdata, gas } = finishEntryPoint(vm, frame);
  return { failed, retdata, gasLeft: gas, steps: vm.steps, done: syscalls.done };
}

describe('call records', () => {
  const calls = records();

  it('are numbered in the order of start, over the included transactions only', () => {
    expect(calls.map(({ index }) => index)).toEqual(calls.map((_, i) => i));
    expect(calls.map(({ txIndex, phase, parent }) => [txIndex, phase, parent])).toEqual([
      [0, 'validate', undefined],
      [0, 'execute', undefined],
      [0, 'execute', 1],
      [0, 'fee_transfer', undefined],
      [1, 'validate', undefined],
      [1, 'execute', undefined],
      [1, 'execute', 5],
      [1, 'fee_transfer', undefined],
      [2, 'validate', undefined],
      [2, 'execute', undefined],
      [2, 'execute', 9],
      [2, 'fee_transfer', undefined],
    ]);
    expect(calls.map(({ failed }) => failed).filter(Boolean).length).toBe(2);
  });

  it('name the call that a syscall made', () => {
    const made = calls.flatMap(({ syscalls }) => syscalls.flatMap(({ call }) => call ?? []));
    expect(made).toEqual([2, 6, 10]);
  });

  it('replay to the same result with nothing but the record', () => {
    for (const record of calls) {
      const { failed, retdata, gasLeft, steps } = record;
      expect(replay(record)).toEqual({ failed, retdata, gasLeft, steps, done: true });
    }
  });

  it('a changed answer or request does not replay to the same', () => {
    const record = calls.find(({ syscalls }) => syscalls.length > 5) as CallRecord;
    const at = record.syscalls.findIndex(({ request }) => request.length === 2);
    const change = (patch: (syscall: CallRecord['syscalls'][number]) => object) =>
      ({
        ...record,
        syscalls: record.syscalls.map((syscall, i) =>
          i === at ? { ...syscall, ...patch(syscall) } : syscall,
        ),
      }) as CallRecord;
    const fails = (changed: CallRecord) => {
      try {
        const { failed, retdata, gasLeft } = replay(changed);
        return (
          failed !== record.failed || gasLeft !== record.gasLeft || retdata[0] !== record.retdata[0]
        );
      } catch (error) {
        return isStackError(error, 'VM');
      }
    };
    expect(fails(change((syscall) => ({ gas: syscall.gas + 1n })))).toBe(true);
    expect(fails(change(() => ({ request: [] })))).toBe(true);
    expect(fails(change((syscall) => ({ gasLeft: syscall.gasLeft - 1n })))).toBe(true);
    expect(fails(change(() => ({ response: [{ kind: 'felt', value: 0n }] })))).toBe(true);
    expect(fails({ ...record, syscalls: record.syscalls.slice(0, -1) })).toBe(true);
  });
});
