import { selector } from '@stackctl/crypto';
import { PRIME, shortString } from '@stackctl/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAbi } from '../app/decode/abi.ts';
import { accountCalls } from '../app/decode/calls.ts';
import { decodeFields, feltText, shortType } from '../app/decode/values.ts';

const abi = parseAbi(
  JSON.stringify([
    {
      type: 'interface',
      name: 'IToken',
      items: [
        {
          type: 'function',
          name: 'transfer',
          inputs: [{ name: 'amount', type: 'core::integer::u256' }],
          outputs: [{ type: 'core::bool' }],
          state_mutability: 'external',
        },
      ],
    },
    { type: 'struct', name: 'm::Pair', members: [field('a', U8()), field('b', 'm::Side')] },
    { type: 'enum', name: 'm::Side', variants: [field('Left', '()'), field('Right', U8())] },
    { type: 'struct', name: 'm::Endless', members: [field('again', 'm::Endless')] },
    {
      type: 'event',
      name: 'm::Event',
      kind: 'enum',
      variants: [
        { name: 'Sent', type: 'm::Sent', kind: 'nested' },
        { name: 'Part', type: 'm::Part', kind: 'flat' },
      ],
    },
    {
      type: 'event',
      name: 'm::Sent',
      kind: 'struct',
      members: [{ name: 'to', type: 'core::felt252', kind: 'key' }],
    },
    {
      type: 'event',
      name: 'm::Part',
      kind: 'enum',
      variants: [{ name: 'Inner', type: 'm::Sent', kind: 'nested' }],
    },
  ]),
);

function field(name: string, type: string) {
  return { name, type };
}
function U8() {
  return 'core::integer::u8';
}
const read = (type: string, ...felts: bigint[]) =>
  decodeFields(abi, [field('x', type)], felts)?.[0]?.value;

test('functions and events by their selectors', () => {
  expect(abi.functionOf(selector('transfer'))?.name).toBe('transfer');
  expect(abi.functionOf(1n)).toBeUndefined();
  expect(abi.eventOf([selector('Sent'), 5n])).toMatchObject({ event: { name: 'Sent' }, used: 1 });
  expect(abi.eventOf([selector('Inner')])).toMatchObject({ used: 1 });
  expect(abi.eventOf([7n])).toBeUndefined();
});

test.each([['not json'], [null], ['{"a":1}'], [[null, 5, { type: 'event' }]]])(
  'an ABI that is none knows nothing: %j',
  (text) => {
    expect(parseAbi(text).functions).toEqual([]);
  },
);

test('values by their types', () => {
  expect(read('core::integer::u256', 1n, 2n)).toEqual({
    kind: 'integer',
    value: 1n + (2n << 128n),
  });
  expect(read('core::integer::i8', PRIME - 3n)).toEqual({ kind: 'integer', value: -3n });
  expect(read('core::bool', 1n)).toEqual({ kind: 'text', text: 'true' });
  expect(read('core::array::Span::<core::integer::u8>', 2n, 3n, 4n)).toMatchObject({
    kind: 'list',
    items: [{ value: 3n }, { value: 4n }],
  });
  expect(read('core::option::Option::<core::felt252>', 1n)).toEqual({ kind: 'text', text: 'None' });
  expect(read('(core::felt252, core::integer::u8)', 1n, 2n)).toMatchObject({ kind: 'list' });
  expect(read('m::Pair', 9n, 1n, 4n)).toMatchObject({
    name: 'Pair',
    members: [{ name: 'a' }, { name: 'b', value: { name: 'Right' } }],
  });
  const text = '<b>bytes</b>';
  expect(read('core::byte_array::ByteArray', 0n, shortString(text), BigInt(text.length))).toEqual({
    kind: 'text',
    text,
  });
});

test('felts that do not fit are shown as they are', () => {
  expect(read('core::integer::u256', 1n)).toBeUndefined();
  expect(read('core::felt252', 1n, 2n)).toBeUndefined();
  expect(read('core::array::Array::<core::felt252>', 2n ** 250n)).toBeUndefined();
  expect(read('[core::felt252; 99999999]', 1n)).toBeUndefined();
  expect(read('m::Side', 7n)).toBeUndefined();
  expect(read('m::Endless', 1n)).toBeUndefined();
  expect(read('core::byte_array::ByteArray', 0n, 1n, 40n)).toBeUndefined();
});

test('no felts and no type make the decoder fail', () => {
  const piece = fc.constantFrom(
    'core::felt252',
    'core::array::Span::<',
    '>',
    '(',
    ')',
    ',',
    'm::Pair',
    'm::Endless',
    '[',
    '; 3]',
    'core::byte_array::ByteArray',
    'core::option::Option::<',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.array(fc.bigInt(0n, PRIME - 1n), { maxLength: 8 }),
      (types, felts) => {
        decodeFields(abi, [field('x', types.join(''))], felts);
        accountCalls(felts);
      },
    ),
    { numRuns: 500 },
  );
});

test('calls of an account', () => {
  expect(accountCalls([1n, 5n, 6n, 2n, 7n, 8n])).toEqual([
    { to: 5n, selector: 6n, calldata: [7n, 8n] },
  ]);
  for (const odd of [[], [2n ** 200n], [1n, 5n, 6n, 9n], [1n, 5n, 6n, 0n, 0n]])
    expect(accountCalls(odd)).toBeUndefined();
});

test('types and felts as text', () => {
  expect(shortType('core::array::Span::<core::integer::u256>')).toBe('Span<u256>');
  expect(feltText(shortString('<i>'))).toBe("'<i>'");
  expect(feltText(5n)).toBe('0x5');
});
