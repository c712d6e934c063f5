// Rows that one transaction of each kind takes, by what they are for: `node packages/block-proof/bench/rows.ts`.
import { classes } from '@stackctl/contracts-l2';
import { BUILTIN_CELLS } from '../src/builtins.ts';
import { runLinked } from '../src/link.ts';
import { createChain } from '../test/support/real-block.ts';

/** Rows an instance in layout `full` (packages/stark/README.md). */
const ROWS: Readonly<Record<string, number>> = {
  range_check: 8,
  range_check96: 8,
  bitwise: 64,
  poseidon: 128,
  pedersen: 128,
  ec_op: 256,
};

const chain = createChain();
const { strk, fibonacci, udc } = chain.genesis.addresses;
const transfer = { to: strk, entry: 'transfer', calldata: [0xbeefn, 1000n, 0n] };
const record = { to: fibonacci, entry: 'record', calldata: [30n] };
const deployment = {
  to: udc,
  entry: 'deployContract',
  calldata: [classes.fibonacci.classHash, 5n, 0n, 0n],
};
const kinds = {
  transfer: [transfer],
  multicall: [transfer, record, transfer],
  deploy: [deployment],
  fibonacci: [record],
};
for (const [kind, calls] of Object.entries(kinds)) {
  const { trace, run } = runLinked(chain.next([{ account: 0, calls }]).calls.calls, chain.lookup);
  const program = trace.segments[0];
  const programCells = (program?.stop ?? 0) - (program?.begin ?? 0);
  const builtins = run.builtins.map(({ name, begin, stop }) => [
    name,
    ((stop - begin) / BUILTIN_CELLS[name]) * (ROWS[name] ?? 0),
  ]);
  console.log(
    JSON.stringify({
      kind,
      cpu: trace.steps,
      memory: Math.ceil((trace.defined.length - programCells) / 2),
      program: Math.ceil(programCells / 2),
      ...Object.fromEntries(builtins),
    }),
  );
}
