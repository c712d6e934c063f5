import { encodeInstruction } from '@stackctl/cairo-vm';
import { classes as compiled } from '@stackctl/contracts-l2';
import { selector } from '@stackctl/crypto';
import { type CasmClassJson, PRIME, type SierraClassJson } from '@stackctl/types';
import {
  copy,
  jump,
  push,
  reserve,
  ret,
  returnCalldata,
} from '../../../../packages/execution/test/helpers/casm.ts';
import { bookshop } from '../classes/bookshop.ts';
import type { Random } from './random.ts';

/** A class to declare: what is declared as its Sierra does not matter to a node that is given the CASM. */
export interface FuzzClass {
  readonly sierra: SierraClassJson;
  readonly casm: CasmClassJson;
  /** Entry points that may be called. */
  readonly selectors: readonly bigint[];
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const RUN = selector('run');

/** Sierra that nothing else has, of a version that is charged by steps, or by the gas that code counts. */
export function sierraOf(tag: bigint, countsGas: boolean): SierraClassJson {
  return {
    sierra_program: ['0x1', countsGas ? '0x7' : '0x6', '0x0', hex(tag)],
    contract_class_version: '0.1.0',
    entry_points_by_type: { EXTERNAL: [], L1_HANDLER: [], CONSTRUCTOR: [] },
    abi: [],
  };
}

const REAL: readonly CasmClassJson[] = [
  ...Object.values(compiled).map(({ casm }) => casm),
  bookshop.casm,
];
/** Every hint of the real classes. */
const HINTS = REAL.flatMap(({ hints }) => hints.flatMap(([, list]) => list));

/** Makes classes: noise, nearly code, and compiled code with a few changes. */
export function createClasses(random: Random): (countsGas: boolean) => FuzzClass {
  const felt = (): bigint =>
    random.pick([() => random.bits(3), () => random.bits(128), () => random.bits(250)])() % PRIME;

  const instruction = (): bigint =>
    encodeInstruction({
      dstOffset: random.below(12) - 8,
      op0Offset: random.below(12) - 8,
      op1Offset: random.below(8) - 4,
      dstFp: random.chance(0.5),
      op0Fp: random.chance(0.5),
      op1Source: random.pick([0, 1, 2, 4]),
      res: random.below(3),
      pcUpdate: random.pick([0, 0, 0, 1, 2, 4]),
      apUpdate: random.below(3),
      opcode: random.pick([0, 1, 2, 4, 4, 4]),
    });

  const snippet = (): readonly bigint[] =>
    random.pick<() => readonly bigint[]>([
      () => push(felt()),
      () => [copy(-3 - random.below(6))],
      () =>
        jump(random.chance(0.5) ? BigInt(random.below(20)) : PRIME - BigInt(1 + random.below(20))),
      () => reserve(random.bits(random.pick([2, 20, 60]))),
      () => [instruction()],
      () => [instruction(), felt()],
      () => [felt()],
      () => [ret],
    ])();

  /** A hint as some real class has it, with other cells here and there. */
  const hint = (): unknown =>
    JSON.parse(JSON.stringify(random.pick(HINTS)), (key, value: unknown) =>
      key === 'offset' && random.chance(0.3) ? random.below(20) - 10 : value,
    );

  const noise = (): FuzzClass['casm'] => {
    const bytecode: bigint[] = [];
    for (let i = 2 + random.below(60); i > 0; i--) bytecode.push(...snippet());
    if (random.chance(0.7)) bytecode.push(...returnCalldata);
    const places = new Set(
      Array.from({ length: random.below(5) }, () => random.below(bytecode.length)),
    );
    const builtins = random.pick([
      [],
      ['range_check'],
      ['pedersen', 'range_check', 'ec_op', 'poseidon'],
      ['range_check', 'bitwise', 'segment_arena'],
    ]);
    return {
      prime: hex(PRIME),
      compiler_version: '2.8.2',
      bytecode: bytecode.map(hex),
      hints: [...places]
        .sort((a, b) => a - b)
        .map((pc) => [pc, [hint()]]) as CasmClassJson['hints'],
      entry_points_by_type: {
        EXTERNAL: [{ selector: hex(RUN), offset: 0, builtins: builtins as never }],
        L1_HANDLER: [],
        CONSTRUCTOR: [],
      },
    };
  };

  /** Half of the time without its constructor, so that it gets on the chain. */
  const mutated = (): FuzzClass['casm'] => {
    const { bytecode_segment_lengths: _lengths, ...base } = random.pick(REAL);
    const bytecode = [...base.bytecode];
    let hints = [...base.hints];
    for (let i = 1 + random.below(6); i > 0; i--) {
      const pc = random.below(bytecode.length);
      const old = BigInt(bytecode[pc] as string);
      const kind = random.below(6);
      if (kind === 0) bytecode[pc] = hex(felt());
      else if (kind === 1) bytecode[pc] = hex((old ^ (1n << BigInt(random.below(63)))) % PRIME);
      else if (kind === 2) bytecode[pc] = bytecode[random.below(bytecode.length)] as string;
      else if (kind === 3) hints = hints.toSpliced(random.below(hints.length), 1);
      else {
        const [place] = random.pick(hints) as readonly [number, unknown];
        hints = hints.map((each) =>
          each[0] === place ? ([place, [hint()]] as (typeof hints)[number]) : each,
        );
      }
    }
    const table = base.entry_points_by_type;
    const entry_points_by_type = random.chance(0.5) ? { ...table, CONSTRUCTOR: [] } : table;
    return { ...base, bytecode, hints, entry_points_by_type };
  };

  return (countsGas) => {
    const casm = random.chance(0.5) ? noise() : mutated();
    return {
      sierra: sierraOf(random.bits(240), countsGas),
      casm,
      selectors: casm.entry_points_by_type.EXTERNAL.map((entry) => BigInt(entry.selector)),
    };
  };
}
