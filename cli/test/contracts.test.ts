import { isStackError } from '@stackctl/types';
import { CallData } from 'starknet';
import { describe, expect, test } from 'vitest';
import { AbiView } from '../src/contracts/abi.ts';
import { encodeArguments, encodeRaw } from '../src/contracts/encode.ts';
import { presentResult } from '../src/contracts/present.ts';

const u256 = 'core::integer::u256';
const felt252 = 'core::felt252';
const EVERY_TYPE = [
  felt252,
  'core::integer::u8',
  'core::integer::i8',
  u256,
  'core::bool',
  'core::byte_array::ByteArray',
  `core::array::Span::<${u256}>`,
  `(${felt252}, core::array::Array::<(${felt252}, core::bool)>)`,
  `core::option::Option::<${u256}>`,
  'shop::Point',
  'shop::Colour',
  `core::result::Result::<${felt252}, core::integer::u8>`,
];

const view = new AbiView([
  {
    type: 'struct',
    name: u256,
    members: [
      { name: 'low', type: 'core::integer::u128' },
      { name: 'high', type: 'core::integer::u128' },
    ],
  },
  {
    type: 'struct',
    name: 'core::byte_array::ByteArray',
    members: [
      { name: 'data', type: 'core::array::Array::<core::bytes_31::bytes31>' },
      { name: 'pending_word', type: felt252 },
      { name: 'pending_word_len', type: 'core::integer::u32' },
    ],
  },
  {
    type: 'struct',
    name: 'shop::Point',
    members: [
      { name: 'x', type: felt252 },
      { name: 'y', type: u256 },
    ],
  },
  {
    type: 'enum',
    name: 'shop::Colour',
    variants: [
      { name: 'Red', type: '()' },
      { name: 'Mixed', type: 'shop::Point' },
    ],
  },
  {
    type: 'enum',
    name: 'core::bool',
    variants: [
      { name: 'False', type: '()' },
      { name: 'True', type: '()' },
    ],
  },
  {
    type: 'enum',
    name: `core::option::Option::<${u256}>`,
    variants: [
      { name: 'Some', type: u256 },
      { name: 'None', type: '()' },
    ],
  },
  {
    type: 'enum',
    name: `core::result::Result::<${felt252}, core::integer::u8>`,
    variants: [
      { name: 'Ok', type: felt252 },
      { name: 'Err', type: 'core::integer::u8' },
    ],
  },
  {
    type: 'struct',
    name: `core::array::Span::<${u256}>`,
    members: [{ name: 'snapshot', type: `@core::array::Array::<${u256}>` }],
  },
  {
    type: 'interface',
    name: 'shop::IShop',
    items: EVERY_TYPE.map((type, i) => ({
      type: 'function',
      name: `f${i}`,
      inputs: [{ name: 'value', type }],
      outputs: [{ type }],
      state_mutability: 'view',
    })),
  },
] as never);

const nameOf = (type: string): string => `f${EVERY_TYPE.indexOf(type)}`;
const encoded = (type: string, word: string): string[] =>
  encodeArguments(view, view.function(nameOf(type)), [word]);

function reason(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isStackError(error, 'USAGE') ? error.facts.reason : String(error);
  }
  return 'none';
}

const HUGE = String(2n ** 200n + 3n);
/** Type, word, felts in decimal, and how the value is shown; undefined: as the word. */
const CASES: ReadonlyArray<[string, string, string, unknown?]> = [
  [felt252, '0x1f', '31', '0x1f'],
  [felt252, '31', '31', '0x1f'],
  [felt252, 'hello', '448378203247', '0x68656c6c6f'],
  ['core::integer::u8', '255', '255', '255'],
  [u256, HUGE, `3 ${2n ** 72n}`, HUGE],
  ['core::bool', 'true', '1', true],
  ['core::bool', 'false', '0', false],
  ['core::byte_array::ByteArray', '', '0 0 0', ''],
  ['core::byte_array::ByteArray', '{"a": 1}', '0 8872761015505269117 8', '{"a": 1}'],
  [`core::array::Span::<${u256}>`, '[]', '0', []],
  [
    `core::array::Span::<${u256}>`,
    `[1, ${HUGE}, "0x2"]`,
    `3 1 0 3 ${2n ** 72n} 2 0`,
    ['1', HUGE, '2'],
  ],
  [
    EVERY_TYPE[7] as string,
    '["a", [[1, true], [2, false]]]',
    '97 2 1 1 2 0',
    [
      '0x61',
      [
        ['0x1', true],
        ['0x2', false],
      ],
    ],
  ],
  [`core::option::Option::<${u256}>`, 'null', '1', null],
  [`core::option::Option::<${u256}>`, '5', '0 5 0', '5'],
  ['shop::Point', '{"y": 2, "x": "p"}', '112 2 0', { x: '0x70', y: '2' }],
  ['shop::Colour', 'Red', '0', 'Red'],
  ['shop::Colour', '{"Mixed": {"x": 1, "y": 2}}', '1 1 2 0', { Mixed: { x: '0x1', y: '2' } }],
  [EVERY_TYPE[11] as string, '{"Err": 7}', '1 7', { Err: '7' }],
];

describe('arguments by ABI', () => {
  test.each(CASES)('%s: %s', (type, word, felts, shown) => {
    const calldata = encoded(type, word);
    expect(calldata.map((each) => BigInt(each).toString()).join(' ')).toBe(felts);
    expect(presentResult(view, view.function(nameOf(type)), calldata)).toEqual(shown);
  });

  test('what does not fit is refused with its place', () => {
    const colour = 'one of Red, {"Mixed": ...}';
    const wrong: ReadonlyArray<[string, string, string]> = [
      [felt252, '0x8000000000000110000000000000000000000000000000000000000000000001', 'a felt'],
      [felt252, 'a text of more than 31 characters', 'a felt'],
      ['core::integer::u8', '256', 'value: expected an integer from 0 to 255, got 256'],
      ['core::integer::i8', '-129', 'from -128 to 127'],
      [u256, 'ten', 'an integer'],
      ['core::bool', '1', 'true or false'],
      [`core::array::Span::<${u256}>`, '5', 'value: expected a list, got 5'],
      [`core::array::Span::<${u256}>`, '[1, -2]', 'value[1]: expected an integer'],
      [EVERY_TYPE[7] as string, '[1]', 'a list of 2'],
      ['shop::Point', '{"x": 1}', 'expected the members x, y, got none called y'],
      ['shop::Point', '{"x": 1, "y": 2, "z": 3}', 'the members x, y, got z'],
      ['shop::Point', '{"x": 1', 'expected JSON for Point'],
      ['shop::Colour', '"Blue"', colour],
      ['shop::Colour', '{"Red": null, "Mixed": 1}', colour],
      ['shop::Colour', 'Mixed', 'with its value'],
    ];
    for (const [type, word, text] of wrong)
      expect(reason(() => encoded(type, word))).toContain(text);
    expect(reason(() => view.function('g'))).toMatch(/no function g; it has f0, f1/);
    expect(reason(() => encodeArguments(view, view.function('f3'), []))).toBe(
      'f3(value: u256) takes 1 arguments, got 0',
    );
    expect(reason(() => view.shape('shop::Unknown'))).toContain('--raw');
  });

  test('negative integers wrap around the prime, raw felts pass as they are', () => {
    const [felt = '0'] = encoded('core::integer::i8', '-1');
    expect(BigInt(felt)).toBe(2n ** 251n + 17n * 2n ** 192n);
    expect(encodeRaw(['1', '0xA', 'a'])).toEqual(['0x1', '0xa', '0x61']);
    expect(CallData.toHex(encodeRaw(['1']))).toEqual(['0x1']);
  });
});
