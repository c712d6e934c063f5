// The generated evaluations, the prover's over vectors and the verifier's over single elements, against
// the expressions that they were generated from: on random cells each constraint counts, with its own
// coefficient.
import { PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coefficient, shapeOf, uniformParts } from '../scripts/shape.ts';
import { type Assignment, type Expression, evaluate } from '../src/air/expression.ts';
import { airOf, LAYOUTS } from '../src/air/layouts.ts';
import { withMachine } from '../src/prover/memory.ts';
import { fromWire, toWire } from './wire.ts';

const VECTOR = 144;
const FELT = 36;

const isCoefficient = (e: Expression) => e.kind === 'uniform' && e.name.startsWith('coefficient_');
const felt = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, PRIME - 1n) },
  { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: PRIME - 1n }) },
);

it.each(LAYOUTS.map(({ name }) => name))('agree with the AIR of %s', (layout) => {
  const air = airOf(layout);
  const shape = shapeOf(air);
  const results = [
    ...shape.domainSums.map(({ expression }) => expression),
    ...shape.groups.flatMap(({ numerator, denominator }) => [numerator, denominator]),
  ];
  const parts = uniformParts(results).filter((e) => !isCoefficient(e));
  withMachine((machine) => {
    const { exports, memory } = machine;
    memory.grow(16);
    let free = exports.heapBase();
    const take = (bytes: number) => {
      const at = Math.ceil(free / 16) * 16;
      free = at + bytes;
      return at;
    };
    const [wire, scalar] = [take(32), take(48)];
    const cellSlots =
      4 * (shape.mainBlocks + shape.lookupBlocks + shape.nextBlocks.length + shape.periodicBlocks);
    const [cells, uniforms, coefficients, scratch, out] = [
      take(VECTOR * cellSlots),
      take(VECTOR * parts.length),
      take(VECTOR * air.constraints.length),
      take(exports.scratchBytes()),
      take(2 * VECTOR * Math.max(4, shape.groups.length)),
    ];
    const columns = [...shape.main, ...shape.lookup];
    const [
      given,
      scalarParts,
      scalarCoefficients,
      scalarCells,
      scalarNext,
      scalarPeriodic,
      scalarOut,
    ] = [
      take(FELT * air.uniforms.length),
      take(FELT * parts.length),
      take(FELT * air.constraints.length),
      take(FELT * columns.length),
      take(FELT * shape.nextColumns.length),
      take(FELT * shape.periodic.length),
      take(FELT * 4),
    ];
    const putScalar = (at: number, value: bigint) => {
      new Uint8Array(memory.buffer).set(toWire(value), wire);
      exports.fromWire(at, wire);
    };
    const putVector = (at: number, value: bigint) => {
      putScalar(scalar, value);
      exports.splatFelt(at, scalar);
    };
    const getScalar = (at: number) => {
      exports.toWire(wire, at);
      return fromWire(new Uint8Array(memory.buffer, wire, 32));
    };
    const getVector = (at: number) => {
      exports.fromLane(scalar, at, 2);
      return getScalar(scalar);
    };

    const count =
      columns.length +
      shape.nextColumns.length +
      shape.periodic.length +
      air.uniforms.length +
      air.constraints.length;
    fc.assert(
      fc.property(fc.array(felt, { minLength: count, maxLength: count }), (values) => {
        const iterator = values.values();
        const draw = (names: readonly string[]) =>
          new Map(names.map((name) => [name, iterator.next().value as bigint]));
        const current = draw(columns);
        const next = draw(shape.nextColumns);
        const periodic = draw(shape.periodic);
        const uniform = draw([...air.uniforms, ...air.constraints.map((_, k) => coefficient(k))]);
        const read = (map: Map<string, bigint>, name: string) => map.get(name) as bigint;
        const at: Assignment = {
          cell: (column, isNext) => read(isNext ? next : current, column),
          periodic: (name) => read(periodic, name),
          uniform: (name) => read(uniform, name),
        };
        const want = results.map((expression) => evaluate(expression, at, PRIME));

        for (const [i, name] of columns.entries()) {
          putVector(cells + VECTOR * shape.position(name), read(current, name));
          putScalar(scalarCells + FELT * i, read(current, name));
        }
        const afterCells = 4 * (shape.mainBlocks + shape.lookupBlocks);
        for (const [i, name] of shape.nextColumns.entries()) {
          const position = shape.position(name);
          const block = shape.nextBlocks.indexOf(position >> 2);
          putVector(cells + VECTOR * (afterCells + 4 * block + (position & 3)), read(next, name));
          putScalar(scalarNext + FELT * i, read(next, name));
        }
        for (const [i, name] of shape.periodic.entries()) {
          putVector(
            cells + VECTOR * (afterCells + 4 * shape.nextBlocks.length + i),
            read(periodic, name),
          );
          putScalar(scalarPeriodic + FELT * i, read(periodic, name));
        }
        for (const [i, name] of air.uniforms.entries())
          putScalar(given + FELT * i, read(uniform, name));
        for (const k of air.constraints.keys()) {
          putVector(coefficients + VECTOR * k, read(uniform, coefficient(k)));
          putScalar(scalarCoefficients + FELT * k, read(uniform, coefficient(k)));
        }
        exports.spreadUniformParts(uniforms, given);
        exports.computeUniformParts(scalarParts, given);
        parts.forEach((part, i) => {
          expect(getScalar(scalarParts + FELT * i)).toBe(evaluate(part, at, PRIME));
          expect(getVector(uniforms + VECTOR * i)).toBe(evaluate(part, at, PRIME));
        });

        exports.evaluateConstraints(out, cells, uniforms, coefficients, scratch);
        expect([0, 1, 2, 3].map((i) => getVector(out + VECTOR * i))).toEqual(want.slice(0, 4));
        exports.evaluateFractions(
          out,
          out + shape.groups.length * VECTOR,
          cells,
          uniforms,
          scratch,
        );
        shape.groups.forEach((_, i) => {
          expect(getVector(out + VECTOR * i)).toBe(want[4 + 2 * i]);
          expect(getVector(out + VECTOR * (shape.groups.length + i))).toBe(want[5 + 2 * i]);
        });
        exports.evaluateConstraintsAt(
          scalarOut,
          scalarCells,
          scalarNext,
          scalarPeriodic,
          scalarParts,
          scalarCoefficients,
        );
        expect([0, 1, 2, 3].map((i) => getScalar(scalarOut + FELT * i))).toEqual(want.slice(0, 4));
      }),
      { numRuns: 40 },
    );
  }, layout);
});
