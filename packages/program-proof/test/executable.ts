/**
 * An executable put together by hand, word by word, in the format that cairo-lang-executable writes and in the
 * wrapper that cairo-lang-runnable-utils puts around a function (no compiler that makes executables is
 * installed with this project). The function is what this would be:
 *
 *   #[executable]
 *   fn main(values: Array<u128>, factor: felt252) -> felt252 // factor times the sum of the values
 *
 * `node packages/program-proof/test/executable.ts` writes fixtures/weighted-sum.executable.json.
 */
import { writeFileSync } from 'node:fs';
import { callRelative, END, type Form, push, RET, word } from '../../cairo-vm/test/assembler.ts';

type Cell = readonly ['ap' | 'fp', number];
type Item =
  | readonly bigint[]
  | { readonly label: string }
  | { readonly hint: unknown }
  /** A relative jump or call: its word, and the distance to the label. */
  | { readonly jump: bigint; readonly to: string };

const assert = (form: Form) => [word({ opcode: 'assert', ...form })];
/** [ap] = [from]; ap++ */
const copy = (from: Cell) => assert({ dst: ['ap', 0], op1: from, ap: '+1' });
/** [ap] = [[base] + offset]; ap++ */
const load = (base: Cell, offset: number) =>
  assert({ dst: ['ap', 0], op0: base, op1: ['op0', offset], ap: '+1' });
/** [value] = [[base] + offset] */
const store = (value: Cell, base: Cell, offset: number) =>
  assert({ dst: value, op0: base, op1: ['op0', offset] });
/** [ap] = [from] + value; ap++ */
const plus = (from: Cell, value: bigint) => [
  ...assert({ dst: ['ap', 0], op0: from, res: 'add', ap: '+1' }),
  value,
];
/** [ap] = [whole] - [part]; ap++ */
const minus = (whole: Cell, part: Cell) =>
  assert({ dst: whole, op0: ['ap', 0], op1: part, res: 'add', ap: '+1' });
const advance = (count: bigint) => [word({ ap: 'res' }), count];
const call = (to: string): Item => ({ jump: callRelative(0n)[0] as bigint, to });
const go = (to: string): Item => ({ jump: word({ pc: 'rel' }), to });
const goIf = (cell: Cell, to: string, ap: 'same' | '+1' = 'same'): Item => ({
  jump: word({ dst: cell, res: 'none', pc: 'jnz', ap }),
  to,
});

/** Several instructions, one behind the other. */
const block = (...instructions: ReadonlyArray<readonly bigint[]>) => instructions.flat();

const ap = (offset: number): Cell => ['ap', offset];
const fp = (offset: number): Cell => ['fp', offset];
const cellRef = ([register, offset]: Cell) => ({ register: register.toUpperCase(), offset });
const deref = (cell: Cell) => ({ Deref: cellRef(cell) });
const immediate = (value: bigint) => ({ Immediate: `0x${value.toString(16)}` });
const ONE = 1n;
const MINUS_ONE = -1n;
const text = (message: string) => BigInt(`0x${Buffer.from(message, 'latin1').toString('hex')}`);

/** Places the items, one behind the other; gives words and hints by offset. */
function assemble(items: readonly Item[]) {
  const labels = new Map<string, number>();
  let at = 0;
  for (const item of items) {
    if ('label' in item) labels.set(item.label, at);
    else if ('jump' in item) at += 2;
    else if (!('hint' in item)) at += item.length;
  }
  const words: bigint[] = [];
  const hints = new Map<number, unknown[]>();
  for (const item of items) {
    if ('hint' in item) hints.set(words.length, [...(hints.get(words.length) ?? []), item.hint]);
    else if ('jump' in item) {
      const distance = BigInt((labels.get(item.to) as number) - words.length);
      words.push(item.jump, distance);
    } else if (!('label' in item)) words.push(...item);
  }
  return { words, hints };
}

/** Function main: frame [range_check, input, its end, output, its end]; see the wrapper for what it returns. */
const MAIN: readonly Item[] = [
  { label: 'main' },
  minus(fp(-5), fp(-6)), // fp: felts of input
  goIf(fp(0), 'not empty'),
  block(push(text('Failed to deserialize param #0')), copy(fp(-7)), copy(ap(-2))),
  go('panic'),
  { label: 'not empty' },
  load(fp(-6), 0), // fp + 1: length of values
  plus(fp(1), 2n),
  minus(fp(0), fp(2)), // fp + 3: 0 if there is one felt more, the factor
  goIf(fp(3), 'wrong length'),
  plus(fp(-6), ONE),
  load(fp(-5), -1),
  block(copy(fp(-7)), copy(fp(4)), copy(fp(1)), copy(fp(5)), push(0n)),
  call('sum'),
  goIf(ap(-2), 'out of range'),
  store(ap(-1), fp(-4), 0),
  block(copy(ap(-3)), push(0n), copy(fp(-4)), plus(fp(-4), ONE), [RET]),
  { label: 'wrong length' },
  block(push(text('Input too long for params.')), copy(fp(-7)), copy(ap(-2))),
  go('panic'),
  { label: 'out of range' },
  block(push(text('u128 overflow')), copy(ap(-4)), copy(ap(-2))),
  // With [range_check, message] on the stack: gives back a list of the message.
  { label: 'panic' },
  { hint: { AllocSegment: { dst: cellRef(ap(0)) } } },
  advance(1n),
  store(ap(-2), ap(-1), 0),
  block(copy(ap(-3)), push(1n), copy(ap(-3)), plus(ap(-4), ONE), [RET]),
];

/** sum(range_check, pointer, remaining, factor, total) -> (range_check, failed, total) */
const SUM: readonly Item[] = [
  { label: 'sum' },
  goIf(fp(-5), 'more'),
  block(copy(fp(-7)), push(0n), copy(fp(-3)), [RET]),
  { label: 'more' },
  load(fp(-6), 0), // fp: the value
  {
    hint: {
      TestLessThan: {
        lhs: deref(fp(0)),
        rhs: immediate(2n ** 128n),
        dst: cellRef(ap(0)),
      },
    },
  },
  goIf(ap(0), 'in range', '+1'),
  block(copy(fp(-7)), push(1n), push(0n), [RET]),
  { label: 'in range' },
  store(fp(0), fp(-7), 0),
  assert({ dst: ap(0), op0: fp(0), op1: fp(-4), res: 'mul', ap: '+1' }), // fp + 2
  plus(fp(-7), ONE),
  plus(fp(-6), ONE),
  plus(fp(-5), MINUS_ONE),
  copy(fp(-4)),
  assert({ dst: ap(0), op0: fp(2), op1: fp(-3), res: 'add', ap: '+1' }),
  call('sum'),
  [RET],
];

/**
 * The wrapper, for builtins among which are output, the first, and range_check: what a bootloader would call,
 * at offset 6. Pointers of the other builtins are passed on.
 */
function wrapper(builtins: readonly string[]): Item[] {
  const parameter = (name: string) => fp(builtins.indexOf(name) - builtins.length - 2);
  return [
    copy(parameter('range_check')),
    { hint: { WriteRunParam: { index: immediate(0n), dst: cellRef(ap(0)) } } },
    // Behind the two cells of the input, output pointers: begin and end of an empty list.
    ...[0, 1].map(() => assert({ dst: ap(2), op1: parameter('output'), ap: '+1' })),
    advance(2n),
    call('main'),
    push(0n),
    { hint: { AddMarker: { start: deref(ap(-3)), end: deref(ap(-2)) } } },
    assert({ dst: ap(-1), op1: ap(-4) }),
    copy(ap(-2)),
    // main left range_check's pointer six cells below.
    ...builtins
      .slice(1)
      .map((name, index) => copy(name === 'range_check' ? ap(-6 - index) : parameter(name))),
    [RET],
  ];
}

/** What the compiler's standalone mode passes on, used or not. */
export const ALL_BUILTINS: readonly string[] = [
  'output',
  'pedersen',
  'range_check',
  'ecdsa',
  'bitwise',
  'ec_op',
  'keccak',
  'poseidon',
  'range_check96',
  'add_mod',
  'mul_mod',
];

/** The executable as JSON. */
export function weightedSum(builtins: readonly string[] = ['output', 'range_check']) {
  const start = [...advance(BigInt(builtins.length)), ...callRelative(4n), ...END];
  const { words, hints } = assemble([start, ...wrapper(builtins), ...MAIN, ...SUM, [RET]]);
  return {
    program: {
      // As the compiler writes them: below zero with a minus.
      bytecode: words.map((value) =>
        value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`,
      ),
      hints: [...hints].map(([offset, list]) => [offset, list] as const),
    },
    entrypoints: [
      { builtins, offset: 0, kind: 'Standalone' },
      { builtins, offset: start.length, kind: 'Bootloader' },
    ],
  };
}

export const FIXTURE: URL = new URL('fixtures/weighted-sum.executable.json', import.meta.url);
if (import.meta.main) writeFileSync(FIXTURE, `${JSON.stringify(weightedSum(), null, 2)}\n`);
