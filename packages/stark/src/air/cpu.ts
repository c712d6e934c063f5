// The Cairo CPU, one row a step (Goldberg, Papini, Riabzev: "Cairo - a Turing-complete STARK-friendly
// CPU architecture", ePrint 2021/1063; sections below are its sections).
//
// Flags: column flags_i holds floor(flags / 2^i), so that flag i is flags_i - 2 flags_(i+1) (section
// 9.4's prefix form). Offsets are the biased 16-bit fields of the instruction. dst, op0 and op1 are
// values; their addresses are expressions, used only in lookups. `res` doubles as the inverse of dst
// in a jnz (section 9.5).
import type { Constraint, Domain } from './air.ts';
import { add, cell, type Expression, mul, next, sub, uniform } from './expression.ts';

/** The flags of an instruction, from bit 48 up (section 4.4). */
export const FLAGS = [
  'dst_fp',
  'op0_fp',
  'op1_imm',
  'op1_fp',
  'op1_ap',
  'res_add',
  'res_mul',
  'pc_jump_abs',
  'pc_jump_rel',
  'pc_jnz',
  'ap_add',
  'ap_add1',
  'call',
  'ret',
  'assert_eq',
] as const;
type Flag = (typeof FLAGS)[number];

export const FLAG_COLUMNS = FLAGS.map((_, i) => `flags_${i}`);
/** Offsets are stored with this bias (section 4.3). */
const BIAS = 2 ** 15;

export function flag(name: Flag): Expression {
  const i = FLAGS.indexOf(name);
  const above = i + 1 < FLAGS.length ? cell(`flags_${i + 1}`) : 0;
  return sub(cell(`flags_${i}`), mul(2, above));
}

const sumOf = (...names: readonly Flag[]) => add(...names.map(flag));
const [pc, ap, fp] = [cell('pc'), cell('ap'), cell('fp')];
const [dst, op0, op1, res] = [cell('dst'), cell('op0'), cell('op1'), cell('res')];
const [offDst, offOp0, offOp1] = [cell('off_dst'), cell('off_op0'), cell('off_op1')];

/** 1, or 2 with an immediate. */
const size = add(1, flag('op1_imm'));
/** Neither sum nor product: res is op1. */
const resIsOp1 = sub(1, sumOf('res_add', 'res_mul', 'pc_jnz'));

/** The memory cells that one step reads (section 9.4 and 9.5). */
export const CPU_READS: ReadonlyArray<{ name: string; address: Expression; value: Expression }> = [
  {
    name: 'instruction',
    address: pc,
    // off_dst + 2^16 off_op0 + 2^32 off_op1 + 2^48 flags, by Horner's rule.
    value: add(
      offDst,
      mul(2 ** 16, add(offOp0, mul(2 ** 16, add(offOp1, mul(2 ** 16, cell('flags_0')))))),
    ),
  },
  {
    name: 'dst',
    address: add(ap, mul(flag('dst_fp'), sub(fp, ap)), sub(offDst, BIAS)),
    value: dst,
  },
  {
    name: 'op0',
    address: add(ap, mul(flag('op0_fp'), sub(fp, ap)), sub(offOp0, BIAS)),
    value: op0,
  },
  {
    name: 'op1',
    // The base is pc, fp, ap, or (no flag) op0 itself.
    address: add(
      op0,
      mul(flag('op1_imm'), sub(pc, op0)),
      mul(flag('op1_fp'), sub(fp, op0)),
      mul(flag('op1_ap'), sub(ap, op0)),
      sub(offOp1, BIAS),
    ),
    value: op1,
  },
];

const constraints: Constraint[] = [];
function demand(
  name: string,
  expression: Expression,
  source: string,
  domain: Domain = 'every',
): void {
  constraints.push({ name: `cpu/${name}`, domain, expression, source });
}
const isBit = (x: Expression) => mul(x, sub(x, 1));

// Decoding.
for (const name of FLAGS)
  demand(`flag/${name}`, isBit(flag(name)), 'section 9.4, each flag is a bit');
const exclusive: ReadonlyArray<readonly [string, readonly Flag[], string]> = [
  ['op1_source', ['op1_imm', 'op1_fp', 'op1_ap'], 'section 4.4, op1_src is 0, 1, 2 or 4'],
  [
    'res_logic',
    ['res_add', 'res_mul', 'pc_jnz'],
    'section 4.4, res_logic; 0 in a jnz (section 4.5)',
  ],
  ['pc_update', ['pc_jump_abs', 'pc_jump_rel', 'pc_jnz'], 'section 4.4, pc_update is 0, 1, 2 or 4'],
  ['ap_update', ['ap_add', 'ap_add1', 'call'], 'section 4.4, ap_update; 0 in a call (section 4.5)'],
  ['opcode', ['call', 'ret', 'assert_eq'], 'section 4.4, opcode is 0, 1, 2 or 4'],
];
for (const [name, flags, source] of exclusive)
  demand(`exclusive/${name}`, isBit(sumOf(...flags)), source);
demand(
  'exclusive/jnz',
  mul(flag('pc_jnz'), sumOf('call', 'ret', 'assert_eq', 'ap_add')),
  'section 4.5, a jnz has opcode 0 and does not add res to ap',
);

// Operation.
demand(
  'res',
  sub(
    mul(sub(1, flag('pc_jnz')), res),
    add(mul(flag('res_add'), add(op0, op1)), mul(flag('res_mul'), op0, op1), mul(resIsOp1, op1)),
  ),
  'section 9.5, res',
);
demand('assert_eq', mul(flag('assert_eq'), sub(dst, res)), 'section 9.5, assert_eq');

// Next state.
demand(
  'update/fp',
  sub(next('fp'), add(fp, mul(flag('call'), sub(add(ap, 2), fp)), mul(flag('ret'), sub(dst, fp)))),
  'section 9.5, update of fp',
  'transition',
);
demand(
  'update/ap',
  sub(next('ap'), add(ap, mul(flag('ap_add'), res), flag('ap_add1'), mul(2, flag('call')))),
  'section 9.5, update of ap',
  'transition',
);
demand(
  'update/pc', // Without jnz: pc + size, res or pc + res. With jnz and dst != 0: pc + op1.
  sub(
    add(
      mul(sub(1, flag('pc_jnz')), next('pc')),
      mul(flag('pc_jnz'), dst, sub(next('pc'), add(pc, op1))),
    ),
    add(
      mul(sub(1, sumOf('pc_jump_abs', 'pc_jump_rel', 'pc_jnz')), add(pc, size)),
      mul(flag('pc_jump_abs'), res),
      mul(flag('pc_jump_rel'), add(pc, res)),
    ),
  ),
  'section 9.5, update of pc, first constraint (t0 = f_jnz dst inlined)',
  'transition',
);
demand(
  'update/pc_jnz_zero',
  mul(flag('pc_jnz'), sub(mul(dst, res), 1), sub(next('pc'), add(pc, size))),
  'section 9.5, update of pc, second constraint: dst = 0 leaves no res with dst res = 1',
  'transition',
);

// Call and ret.
demand('call/push_fp', mul(flag('call'), sub(dst, fp)), 'section 9.5, call: [ap] = fp');
demand(
  'call/push_pc',
  mul(flag('call'), sub(op0, add(pc, size))),
  'section 9.5, call: [ap + 1] = return address',
);
demand('call/off_dst', mul(flag('call'), sub(offDst, BIAS)), 'section 4.5, call');
demand('call/off_op0', mul(flag('call'), sub(offOp0, BIAS + 1)), 'section 4.5, call');
demand(
  'call/registers',
  mul(flag('call'), sumOf('dst_fp', 'op0_fp')),
  'section 4.5, call: dst and op0 are relative to ap (a sum of two bits)',
);
demand('ret/off_dst', mul(flag('ret'), sub(offDst, BIAS - 2)), 'section 4.5, ret');
demand('ret/off_op1', mul(flag('ret'), sub(offOp1, BIAS - 1)), 'section 4.5, ret');
demand(
  'ret/flags',
  mul(flag('ret'), sub(add(sumOf('pc_jump_abs', 'dst_fp', 'op1_fp'), resIsOp1), 4)),
  'section 4.5, ret: jmp abs [fp - 1] with dst = [fp - 2] (a sum of four bits)',
);

// First and last state (section 9.1).
for (const register of ['pc', 'ap', 'fp']) {
  demand(
    `initial/${register}`,
    sub(cell(register), uniform(`initial_${register}`)),
    'section 9.1',
    'first',
  );
  demand(
    `final/${register}`,
    sub(cell(register), uniform(`final_${register}`)),
    'section 9.1',
    'last',
  );
}

export const CPU_CONSTRAINTS: readonly Constraint[] = constraints;
