/** Operands of hints, as compiled classes write them (cairo-lang-casm). */
export interface CellRef {
  readonly register: 'AP' | 'FP';
  readonly offset: number;
}

export type ResOperand =
  | { readonly kind: 'deref'; readonly cell: CellRef }
  | { readonly kind: 'doubleDeref'; readonly cell: CellRef; readonly offset: number }
  | { readonly kind: 'immediate'; readonly value: bigint }
  | {
      readonly kind: 'add' | 'mul';
      readonly a: CellRef;
      readonly b: CellRef | bigint;
    };

/**
 * Every hint kind that the Cairo 2 compiler emits for contracts, with its fields: `in` is an operand
 * that is read, `out` a cell that the hint writes. The parser and the types below are made from it.
 */
export const HINT_FIELDS = {
  SystemCall: { system: 'in' },
  AllocSegment: { dst: 'out' },
  TestLessThan: { lhs: 'in', rhs: 'in', dst: 'out' },
  TestLessThanOrEqual: { lhs: 'in', rhs: 'in', dst: 'out' },
  TestLessThanOrEqualAddress: { lhs: 'in', rhs: 'in', dst: 'out' },
  WideMul128: { lhs: 'in', rhs: 'in', high: 'out', low: 'out' },
  DivMod: { lhs: 'in', rhs: 'in', quotient: 'out', remainder: 'out' },
  Uint256DivMod: {
    dividend0: 'in',
    dividend1: 'in',
    divisor0: 'in',
    divisor1: 'in',
    quotient0: 'out',
    quotient1: 'out',
    remainder0: 'out',
    remainder1: 'out',
  },
  Uint512DivModByUint256: {
    dividend0: 'in',
    dividend1: 'in',
    dividend2: 'in',
    dividend3: 'in',
    divisor0: 'in',
    divisor1: 'in',
    quotient0: 'out',
    quotient1: 'out',
    quotient2: 'out',
    quotient3: 'out',
    remainder0: 'out',
    remainder1: 'out',
  },
  SquareRoot: { value: 'in', dst: 'out' },
  Uint256SquareRoot: {
    value_low: 'in',
    value_high: 'in',
    sqrt0: 'out',
    sqrt1: 'out',
    remainder_low: 'out',
    remainder_high: 'out',
    sqrt_mul_2_minus_remainder_ge_u128: 'out',
  },
  LinearSplit: { value: 'in', scalar: 'in', max_x: 'in', x: 'out', y: 'out' },
  AllocFelt252Dict: { segment_arena_ptr: 'in' },
  Felt252DictEntryInit: { dict_ptr: 'in', key: 'in' },
  Felt252DictEntryUpdate: { dict_ptr: 'in', value: 'in' },
  GetSegmentArenaIndex: { dict_end_ptr: 'in', dict_index: 'out' },
  InitSquashData: {
    dict_accesses: 'in',
    ptr_diff: 'in',
    n_accesses: 'in',
    big_keys: 'out',
    first_key: 'out',
  },
  GetCurrentAccessIndex: { range_check_ptr: 'in' },
  ShouldSkipSquashLoop: { should_skip_loop: 'out' },
  GetCurrentAccessDelta: { index_delta_minus1: 'out' },
  ShouldContinueSquashLoop: { should_continue: 'out' },
  GetNextDictKey: { next_key: 'out' },
  AssertLeFindSmallArcs: { range_check_ptr: 'in', a: 'in', b: 'in' },
  AssertLeIsFirstArcExcluded: { skip_exclude_a_flag: 'out' },
  AssertLeIsSecondArcExcluded: { skip_exclude_b_minus_a: 'out' },
  RandomEcPoint: { x: 'out', y: 'out' },
  FieldSqrt: { val: 'in', sqrt: 'out' },
  DebugPrint: { start: 'in', end: 'in' },
  AllocConstantSize: { size: 'in', dst: 'out' },
  U256InvModN: {
    b0: 'in',
    b1: 'in',
    n0: 'in',
    n1: 'in',
    g0_or_no_inv: 'out',
    g1_option: 'out',
    s_or_r0: 'out',
    s_or_r1: 'out',
    t_or_k0: 'out',
    t_or_k1: 'out',
  },
  EvalCircuit: {
    n_add_mods: 'in',
    add_mod_builtin: 'in',
    n_mul_mods: 'in',
    mul_mod_builtin: 'in',
  },
  // Kinds of early 2.x compilers, still found in declared classes.
  AssertCurrentAccessIndicesIsEmpty: {},
  AssertAllAccessesUsed: { n_used_accesses: 'cell' },
  AssertAllKeysUsed: {},
  AssertLeAssertThirdArcExcluded: {},
  AssertLtAssertValidInput: { a: 'in', b: 'in' },
  Felt252DictRead: { dict_ptr: 'in', key: 'in', value_dst: 'out' },
  Felt252DictWrite: { dict_ptr: 'in', key: 'in', value: 'in' },
} as const satisfies Record<string, Record<string, 'in' | 'out' | 'cell'>>;

/**
 * Kinds that only the wrapper of an executable has (cairo-lang-casm, enum ExternalHint); no contract may
 * use them.
 */
export const EXTERNAL_HINT_FIELDS = {
  WriteRunParam: { index: 'in', dst: 'out' },
  AddRelocationRule: { src: 'in', dst: 'in' },
  AddMarker: { start: 'in', end: 'in' },
  AddTrace: { flag: 'in' },
} as const satisfies Record<string, Record<string, 'in' | 'out' | 'cell'>>;

type HintTable = typeof HINT_FIELDS & typeof EXTERNAL_HINT_FIELDS;
export type HintKind = keyof HintTable;

type FieldsOf<K extends HintKind> = {
  readonly [F in keyof HintTable[K]]: HintTable[K][F] extends 'in' ? ResOperand : CellRef;
};

export type HintOf<K extends HintKind> = { readonly kind: K } & FieldsOf<K>;

/** A hint: data that the machine interprets, never code. */
export type Hint = { [K in HintKind]: HintOf<K> }[HintKind];
