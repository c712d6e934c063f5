// Rows by kind: what typical transactions ask of the prover, CPU and each builtin.
import { CairoMachine, finishEntryPoint, startEntryPoint } from '@stackctl/cairo-vm';
import { BUILTIN_ORDER, type BuiltinName, type HashedTransaction } from '@stackctl/types';
import { classes } from '../../../contracts/l2/src/index.ts';
import { type CallRecord, createBlockExecutor, ReplaySyscalls } from '../../execution/src/index.ts';
import {
  blockContext,
  genesis,
  genesisState,
  invoke,
  registry,
  transfer,
} from '../../execution/test/helpers/chain.ts';
import { LAYOUTS } from '../../stark/src/air/layouts.ts';
import { table } from './markdown.ts';

type Account = (typeof genesis.accounts)[number];
const [alice, bob] = genesis.accounts as [Account, Account];
const { addresses } = genesis;
const ROUNDS = 100n;

const TRANSACTIONS: ReadonlyArray<readonly [string, () => HashedTransaction]> = [
  ['transfer', () => invoke(alice, 0n, [transfer(bob.address, 5n)])],
  [
    'multicall (4 transfers)',
    () =>
      invoke(
        alice,
        0n,
        [1n, 2n, 3n, 4n].map((amount) => transfer(bob.address, amount)),
      ),
  ],
  [
    'deploy (UDC, an account)',
    () =>
      invoke(alice, 0n, [
        {
          to: addresses.udc,
          name: 'deploy_contract',
          calldata: [classes.account.classHash, 1n, 0n, 1n, 0x1234n],
        },
      ]),
  ],
  [
    `fibonacci(${ROUNDS})`,
    () => invoke(alice, 0n, [{ to: addresses.fibonacci, name: 'fibonacci', calldata: [ROUNDS] }]),
  ],
];

/** Runs a call again, by its record alone, and counts. */
function count(record: CallRecord, into: Map<BuiltinName, number>): number {
  const runnable = registry.get(record.classHash);
  const entryPoint = runnable?.casm.entryPoints[record.entryPointType].get(record.selector);
  if (runnable === undefined || entryPoint === undefined) throw new TypeError('class not found');
  const syscalls = new ReplaySyscalls(record.syscalls);
  const vm = new CairoMachine(runnable.casm.program, { stepLimit: 2 ** 26, syscalls });
  const frame = startEntryPoint(vm, entryPoint, record.calldata, record.initialGas);
  vm.run();
  finishEntryPoint(vm, frame);
  for (const name of BUILTIN_ORDER)
    into.set(name, (into.get(name) ?? 0) + vm.memory.builtinInstances(name));
  return vm.steps;
}

/** All calls of a transaction, its validation and fee transfer included. */
function used(transaction: HashedTransaction) {
  const calls: CallRecord[] = [];
  const executor = createBlockExecutor({
    context: blockContext(),
    state: genesisState(),
    classes: registry,
    blockHash: () => undefined,
    onCall: (call) => calls.push(call),
  });
  const outcome = executor.execute(transaction);
  if ('rejected' in outcome) throw new Error(outcome.rejected.message);
  if (outcome.receipt.status !== 'SUCCEEDED') throw new Error('a transaction reverted');
  const builtins = new Map<BuiltinName, number>();
  const steps = calls.reduce((sum, call) => sum + count(call, builtins), 0);
  return { steps, builtins };
}

/** Markdown: a line a transaction, a column a kind: rows (instances). */
export function rowsTable(): string {
  const sizes = new Map<string, number>(
    LAYOUTS.flatMap(({ builtins }) => builtins.map(({ name, rows }) => [name, rows] as const)),
  );
  const counted = TRANSACTIONS.map(([name, make]) => ({ name, ...used(make()) }));
  const kinds = BUILTIN_ORDER.filter((kind) =>
    counted.some(({ builtins }) => (builtins.get(kind) ?? 0) > 0),
  );
  return table(
    ['transaction', 'CPU', ...kinds],
    counted.map(({ name, steps, builtins }) => [
      name,
      steps,
      ...kinds.map((kind) => {
        const [instances, rows] = [builtins.get(kind) ?? 0, sizes.get(kind)];
        return rows === undefined ? `- (${instances})` : `${instances * rows} (${instances})`;
      }),
    ]),
  );
}
