import { type CairoTrace, StackError } from '@stackctl/types';
import { type Layout, layoutOf } from '../air/layouts.ts';
import { reasonOf } from '../reasons.ts';
import { usesOf } from '../statement.ts';
import type { Session } from './session.ts';
import { partOf } from './tasks.ts';

/** Tables of powers, and the periodic columns on all domains. */
export function buildTables({ machine, sizes: s, regions: r }: Session): void {
  const { exports } = machine;
  exports.buildTwiddles(r.twiddles, s.logRows, 0);
  exports.buildTwiddles(r.inverseTwiddles, s.logDomain, 1);
  for (let group = 0; group < s.blowup / 4; group++)
    exports.buildCosetPowers(r.cosetPowers + group * s.blockBytes, group, s.logRows, s.logBlowup);
  exports.buildPeriodic(r.periodic);
  exports.extendPeriodic(
    r.extendedPeriodic,
    r.periodic,
    s.logRows,
    s.logBlowup,
    r.twiddles,
    r.inverseTwiddles,
    r.workspace,
  );
}

/** Bytes of the uses of builtins: 8 for each. */
export const USES_BYTES = 64;

export function fillTrace({ machine, sizes: s, regions: r }: Session, trace: CairoTrace): void {
  const { exports, memory } = machine;
  const registers = r.workspace;
  const cells = registers + trace.registers.byteLength;
  const runs = cells + trace.memory.length;
  const defined = runs + 8 * trace.publicPages.length;
  const scratch = Math.ceil((defined + trace.defined.length) / 16) * 16;
  new Uint32Array(memory.buffer, registers, trace.registers.length).set(trace.registers);
  new Uint8Array(memory.buffer).set(trace.memory, cells);
  new Uint32Array(memory.buffer, runs, 2 * trace.publicPages.length).set(
    trace.publicPages.flatMap(({ address, length }) => [address, length]),
  );
  new Uint8Array(memory.buffer).set(trace.defined, defined);
  const uses = usesOf(trace, layoutOf(machine.layout) as Layout).flatMap(({ begin, instances }) => [
    begin,
    instances,
  ]);
  new Uint32Array(memory.buffer, scratch, uses.length).set(uses);
  const code = exports.fill(
    r.trace,
    s.logRows,
    trace.steps,
    registers,
    cells,
    defined,
    trace.defined.length,
    runs,
    trace.publicPages.length,
    scratch,
    scratch + USES_BYTES,
  );
  if (code === 0) {
    const size = partOf(s.rows);
    machine.run('convert', (s.mainBlocks * s.rows) / size, [r.trace, size]);
    return;
  }
  const step = exports.faultStep.value as number;
  const place = step < 0 ? '' : ` (step ${step})`;
  const reason = `${reasonOf(code).text}: address ${exports.faultAddress.value as number}${place}`;
  throw new StackError('PROVER', { reason });
}
