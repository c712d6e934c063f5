import { multiplyGenerator, selector } from '@stackctl/crypto';
import { type BuiltinName, type CasmClassJson, PRIME, shortString } from '@stackctl/types';
import {
  ARGUMENT,
  advance,
  classOf,
  copy,
  jump,
  push,
  reserve,
  returnCalldata,
  word,
} from './casm.ts';

// Classes that want to keep a node busy, or to fill its memory: each does as much as it can for the steps
// that it is given. No compiler writes such code.

export const RUN = selector('run');
const CODE = selector('code');

const ASSERT = { opcode: 4, pcUpdate: 0 } as const;
const NEXT = { ...ASSERT, dstFp: false, dstOffset: 0, apUpdate: 2 } as const;
const minus = (value: number): bigint => PRIME - BigInt(value);

/** [[ap - 1] + offset] = [fp + local] */
const fill = (offset: number, local: number): bigint =>
  word({
    ...ASSERT,
    dstOffset: local,
    op0Fp: false,
    op0Offset: -1,
    op1Source: 0,
    op1Offset: offset,
  });
/** [ap] = [ap + cell] + distance; ap++ */
const add = (cell: number, distance: bigint): bigint[] => [
  word({ ...NEXT, op0Fp: false, op0Offset: cell, res: 1 }),
  distance,
];
/** [ap] = [ap + cell]; ap++ */
const again = (cell: number): bigint => word({ ...NEXT, op1Source: 4, op1Offset: cell });

/** Instances that are written between two jumps. */
const UNROLLED = 500;

/**
 * Fills `rounds` times 500 instances of a builtin, `inputs` in the first cells of each, and never reads what
 * they give: its steps are those of the writes alone.
 */
export function fillsBuiltin(
  name: BuiltinName,
  cells: number,
  inputs: readonly bigint[],
  rounds: number,
): CasmClassJson {
  const begin = [...inputs.flatMap((input) => push(input)), ...push(BigInt(rounds)), copy(-7)];
  const body = Array.from({ length: UNROLLED }, (_, i) =>
    inputs.map((_input, local) => fill(i * cells + local, local)),
  ).flat();
  // [ap - 2] counts down, [ap - 1] is the pointer.
  const next = [...add(-2, minus(1)), ...add(-2, BigInt(UNROLLED * cells))];
  const back = [
    word({ pcUpdate: 4, dstFp: false, dstOffset: -2 }),
    minus(body.length + next.length),
  ];
  const bytecode = [...begin, ...body, ...next, ...back, again(-1), ...returnCalldata];
  return classOf(bytecode, [RUN], { builtins: [name] });
}

/** Makes one syscall again and again: name and locals behind it are the request, then two empty ranges. */
function repeatsSyscall(name: string, locals: readonly bigint[], width: number): CasmClassJson {
  const begin = [
    ...[shortString(name), ...locals].flatMap((local) => push(local)),
    copy(ARGUMENT.syscalls),
  ];
  const body = [
    fill(0, 0),
    fill(1, ARGUMENT.gas),
    ...locals.map((_, i) => fill(i + 2, i + 1)),
    fill(locals.length + 2, ARGUMENT.calldata),
    fill(locals.length + 3, ARGUMENT.calldata),
    fill(locals.length + 4, ARGUMENT.calldata),
    fill(locals.length + 5, ARGUMENT.calldata),
  ].slice(0, width);
  const next = add(-1, BigInt(width + RESPONSE_WIDTH[name as keyof typeof RESPONSE_WIDTH]));
  const bytecode = [...begin, ...body, ...next, ...jump(minus(body.length + next.length))];
  const system = { Deref: { register: 'AP', offset: -1 } };
  return classOf(bytecode, [RUN], {
    hints: [[begin.length + body.length, [{ SystemCall: { system } }]]],
  });
}

/** Cells of a successful response: gas, flag, and what the syscall gives. */
const RESPONSE_WIDTH = {
  CallContract: 4,
  EmitEvent: 2,
  SendMessageToL1: 2,
  StorageRead: 3,
  Keccak: 4,
} as const;

/** Calls an entry point of its own that returns all of its code, as often as it can. */
function returnsItsCode(address: bigint): CasmClassJson {
  const caller = repeatsSyscall('CallContract', [address, CODE], 6);
  const padding = 20_000;
  // A call to the next instruction: its return address is a pointer into the code.
  const callee = [
    word({ dstFp: false, dstOffset: 0, op0Fp: false, op0Offset: 1, opcode: 1 }),
    2n,
    copy(ARGUMENT.gas - 2),
    copy(ARGUMENT.syscalls - 2),
    ...push(0n),
    ...advance(-1, minus(padding)),
    copy(-1),
    word({ dstOffset: -4, op1Source: 2, op1Offset: -3, pcUpdate: 1, opcode: 2 }),
  ].map((value) => `0x${value.toString(16)}`);
  const bytecode = [...caller.bytecode, ...Array<string>(padding).fill('0x1'), ...callee];
  const { EXTERNAL } = caller.entry_points_by_type;
  const code = {
    selector: `0x${CODE.toString(16)}`,
    offset: caller.bytecode.length + padding,
    builtins: [],
  };
  const entry_points_by_type = { ...caller.entry_points_by_type, EXTERNAL: [...EXTERNAL, code] };
  return { ...caller, bytecode, entry_points_by_type };
}

/** An endless loop that only runs hints; ap grows by 16, so that they may write new cells. */
function repeatsHints(hints: readonly unknown[]): CasmClassJson {
  const placed = [[0, hints]] as CasmClassJson['hints'];
  return classOf([...reserve(16n), ...jump(minus(2))], [RUN], { hints: placed });
}

const out = (offset: number) => ({ register: 'AP', offset });
const inverts = {
  U256InvModN: {
    b0: { Immediate: '0x123456789abcdef0123456789abcdef1' },
    b1: { Immediate: '0x7edcba9876543210fedcba9876543211' },
    n0: { Immediate: `0x${(2n ** 128n - 159n).toString(16)}` },
    n1: { Immediate: `0x${(2n ** 128n - 1n).toString(16)}` },
    g0_or_no_inv: out(0),
    g1_option: out(1),
    s_or_r0: out(2),
    s_or_r1: out(3),
    t_or_k0: out(4),
    t_or_k1: out(5),
  },
};

const [P, Q] = [multiplyGenerator(5n), multiplyGenerator(7n)] as Array<{ x: bigint; y: bigint }>;
/** Points and a scalar whose sum has coordinates. */
export const EC_OP_INPUTS: readonly bigint[] = [
  P?.x ?? 0n,
  P?.y ?? 0n,
  Q?.x ?? 0n,
  Q?.y ?? 0n,
  2n ** 250n - 19n,
];

/** By what they do; `address` is where the class will be deployed. */
export function greedyClasses(address: bigint): ReadonlyArray<readonly [string, CasmClassJson]> {
  const segments = Array.from({ length: 16 }, (_, i) => ({ AllocSegment: { dst: out(i) } }));
  return [
    ['loops', classOf(jump(0n), [RUN])],
    ['fills its stack', classOf([...push(7n), ...push(7n), ...jump(minus(4))], [RUN])],
    ['reserves all memory', classOf([...reserve(2n ** 27n), ...push(1n)], [RUN])],
    ['allocates segments', repeatsHints(segments)],
    ['inverts wide integers', repeatsHints([inverts])],
    ['fills ec_op', fillsBuiltin('ec_op', 7, EC_OP_INPUTS, 40)],
    ['fills pedersen', fillsBuiltin('pedersen', 3, [3n, PRIME - 5n], 900)],
    ['fills poseidon', fillsBuiltin('poseidon', 6, [3n, 5n, PRIME - 7n], 300)],
    ['returns its code', returnsItsCode(address)],
    ['calls itself', repeatsSyscall('CallContract', [address, RUN], 6)],
    ['reads storage', repeatsSyscall('StorageRead', [0n, 77n], 4)],
    ['hashes', repeatsSyscall('Keccak', [], 4)],
    ['emits events', repeatsSyscall('EmitEvent', [], 6)],
    ['sends messages', repeatsSyscall('SendMessageToL1', [5n], 5)],
    // Flags of a BLAKE2s compression, opcode extension 1.
    [
      'compresses blocks',
      classOf(
        [word({ pcUpdate: 0, apUpdate: 2, op1Source: 2, op1Offset: -3 }) | (1n << 63n)],
        [RUN],
      ),
    ],
    ['jumps anywhere', classOf(jump(2n ** 62n), [RUN])],
    ['jumps before its code', classOf(jump(minus(9)), [RUN])],
  ];
}
