// A tiny Cairo machine for tests: runs a program in proof mode on one flat memory (Cairo whitepaper,
// section 4.5), without hints and segments. The real machine is packages/cairo-vm.
import { type CairoTrace, PRIME, type SegmentBounds, type SegmentName } from '@stackctl/types';

const BIAS = 2 ** 15;
const mod = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;

function inverse(value: bigint): bigint {
  let [result, square] = [1n, mod(value)];
  for (let left = PRIME - 2n; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

export interface Program {
  readonly data: readonly bigint[];
  /** Offset of the first instruction; the program must end in `jmp rel 0`. */
  readonly start?: number;
  /** Values of the range_check segment. */
  readonly rangeChecks?: readonly bigint[];
  /** Where the range_check segment begins; behind everything else by default. */
  readonly rangeCheckBegin?: number;
  /** Cells of further builtin segments, one behind the other; a hole has no value. */
  readonly builtins?: ReadonlyArray<{
    readonly name: SegmentName;
    readonly cells: ReadonlyArray<bigint | undefined>;
  }>;
  /** More cells that have values before the run. */
  readonly cells?: ReadonlyArray<readonly [number, bigint]>;
}

/** Runs until `jmp rel 0` and returns the relocated trace; page 0 is the program, page 1 [fp0 - 2, fp0). */
export function run(program: Program, maximalSteps = 1 << 17): CairoTrace {
  const memory = new Map<number, bigint>(program.cells);
  const get = (address: number) => memory.get(address);
  const set = (address: number, value: bigint) => {
    const known = memory.get(address);
    if (known !== undefined && known !== value) throw new RangeError(`two values at ${address}`);
    memory.set(address, value);
  };
  program.data.forEach((word, i) => {
    set(1 + i, word);
  });
  const base = 1 + program.data.length;
  const checks = program.rangeChecks ?? [];
  const checkBegin = program.rangeCheckBegin ?? base + 64;
  checks.forEach((value, i) => {
    set(checkBegin + i, value);
  });
  let pc = 1 + (program.start ?? 0);
  let ap = base + 2;
  let fp = base + 2;
  set(base, BigInt(fp));
  set(base + 1, 0n);
  const registers: number[] = [];
  for (let done = false; !done; ) {
    if (registers.length > 3 * maximalSteps) throw new RangeError('too many steps');
    registers.push(pc, ap, fp);
    const word = get(pc);
    if (word === undefined) throw new RangeError(`no instruction at ${pc}`);
    const offset = (i: number) => Number((word >> BigInt(16 * i)) & 0xffffn) - BIAS;
    const flags = Number(word >> 48n);
    const bit = (i: number) => (flags >> i) & 1;
    const size = 1 + bit(2);
    const dstAddress = (bit(0) ? fp : ap) + offset(0);
    const op0Address = (bit(1) ? fp : ap) + offset(1);
    if (bit(12)) {
      set(dstAddress, BigInt(fp));
      set(op0Address, BigInt(pc + size));
    }
    let op0 = get(op0Address);
    const op1Base = bit(2) ? pc : bit(3) ? fp : bit(4) ? ap : Number(op0);
    const op1Address = op1Base + offset(2);
    let op1 = get(op1Address);
    let dst = get(dstAddress);
    const [adds, multiplies] = [bit(5), bit(6)];
    // assert_eq deduces what has no value yet.
    if (bit(14) && dst !== undefined) {
      if (!adds && !multiplies) op1 ??= dst;
      else if (op0 === undefined && op1 !== undefined)
        op0 = adds ? mod(dst - op1) : mod(dst * inverse(op1));
      else if (op1 === undefined && op0 !== undefined)
        op1 = adds ? mod(dst - op0) : mod(dst * inverse(op0));
    }
    // A cell that an instruction touches but does not need gets any value.
    op0 ??= 0n;
    op1 ??= 0n;
    set(op0Address, op0);
    set(op1Address, op1);
    const res = adds ? mod(op0 + op1) : multiplies ? mod(op0 * op1) : op1;
    if (bit(14)) {
      set(dstAddress, res);
      dst = res;
    }
    dst ??= 0n;
    set(dstAddress, dst);
    const relative = (by: bigint) => pc + Number(by > PRIME / 2n ? by - PRIME : by);
    let next = pc + size;
    if (bit(7)) next = Number(res);
    else if (bit(8)) next = relative(res);
    else if (bit(9) && dst !== 0n) next = relative(op1);
    done = bit(8) === 1 && next === pc;
    let nextAp = ap + bit(11) + 2 * bit(12);
    if (bit(10)) nextAp = relative(res) - pc + ap;
    if (bit(12)) fp = ap + 2;
    else if (bit(13)) fp = Number(dst);
    [pc, ap] = [next, nextAp];
  }
  const builtins: SegmentBounds[] = [];
  let free = Math.max(...memory.keys()) + 1;
  for (const { name, cells } of program.builtins ?? []) {
    for (const [i, value] of cells.entries()) if (value !== undefined) set(free + i, value);
    builtins.push({ name, begin: free, stop: free + cells.length });
    free += cells.length;
  }
  const last = Math.max(free - 1, ...memory.keys());
  const defined = new Uint8Array(last + 1);
  const bytes = new Uint8Array(32 * (last + 1));
  for (const [address, value] of memory) {
    defined[address] = 1;
    for (let i = 0; i < 32; i++) bytes[32 * address + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
  const segments: SegmentBounds[] = [
    { name: 'program', begin: 1, stop: base },
    {
      name: 'execution',
      begin: base,
      stop: Math.min(
        checks.length > 0 ? checkBegin : last + 1,
        builtins[0]?.begin ?? last + 1,
        last + 1,
      ),
    },
  ];
  if (checks.length > 0)
    segments.push({ name: 'range_check', begin: checkBegin, stop: checkBegin + checks.length });
  segments.push(...builtins);
  return {
    steps: registers.length / 3,
    registers: Uint32Array.from(registers),
    memory: bytes,
    defined,
    segments,
    publicPages: [
      { address: 1, length: program.data.length },
      { address: base, length: 2 },
    ],
  };
}

interface Instruction {
  readonly dst?: readonly ['ap' | 'fp', number];
  readonly op0?: readonly ['ap' | 'fp', number];
  readonly op1?: readonly ['op0' | 'imm' | 'fp' | 'ap', number];
  readonly res?: 'add' | 'mul';
  readonly pc?: 'abs' | 'rel' | 'jnz';
  readonly ap?: 'add' | 'add1';
  readonly opcode?: 'call' | 'ret' | 'assert_eq';
}

/** Encodes one instruction (Cairo whitepaper, section 4.4). */
export function assemble(instruction: Instruction): bigint {
  const { dst = ['fp', -1], op0 = ['fp', -1], op1 = ['fp', -1], res, pc, ap, opcode } = instruction;
  const bits = [
    dst[0] === 'fp',
    op0[0] === 'fp',
    op1[0] === 'imm',
    op1[0] === 'fp',
    op1[0] === 'ap',
    res === 'add',
    res === 'mul',
    pc === 'abs',
    pc === 'rel',
    pc === 'jnz',
    ap === 'add',
    ap === 'add1',
    opcode === 'call',
    opcode === 'ret',
    opcode === 'assert_eq',
  ];
  const flags = bits.reduce((sum, bit, i) => sum + (bit ? 2 ** i : 0), 0);
  const field = (offset: number) => BigInt(offset + BIAS);
  return field(dst[1]) | (field(op0[1]) << 16n) | (field(op1[1]) << 32n) | (BigInt(flags) << 48n);
}

/** `jmp rel 0`: two words. */
export const HALT: readonly bigint[] = [assemble({ op1: ['imm', 1], pc: 'rel' }), 0n];
