// A block whose calls evaluate a modular circuit, as compiled by Cairo's compiler: run, linked, proven.
import { readFileSync } from 'node:fs';
import { prove, verify } from '@stackctl/stark';
import type { CasmClassJson } from '@stackctl/types';
import { expect, it, vi } from 'vitest';
import { prepareBlock } from '../src/prepare.ts';
import { createChain } from './support/real-block.ts';
import { starkShapeOf } from './support/stark-shape.ts';

/** (a + b) / (a - b) * a modulo a modulus of 256 bits: `circuit` of the fixture. */
vi.mock('@stackctl/contracts-l2', async (original) => {
  const contracts = await original<typeof import('@stackctl/contracts-l2')>();
  const fixture = '../../../contracts/l2/test/fixtures/arithmetic.compiled_contract_class.json';
  const casm = JSON.parse(readFileSync(new URL(fixture, import.meta.url), 'utf8')) as CasmClassJson;
  // It takes the place of a contract that genesis deploys.
  const factorial = { ...contracts.classes.factorial, casm };
  return { ...contracts, classes: { ...contracts.classes, factorial } };
});

const wide = (value: bigint) => [value % 2n ** 128n, value >> 128n];

it('proves compiled circuits, also where an inverse is missing', () => {
  const chain = createChain();
  const to = chain.genesis.addresses.factorial;
  const circuit = (account: number, ...numbers: readonly bigint[]) => ({
    account,
    calls: [{ to, entry: 'circuit', calldata: numbers.flatMap(wide) }],
  });
  const block = chain.next(
    [
      circuit(0, 3n ** 100n, 7n ** 80n, 2n ** 255n - 19n),
      // 9 - 3 has a divisor in common with 36.
      circuit(1, 9n, 3n, 36n),
    ],
    { skipValidate: true },
  );
  expect(block.body.receipts.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  const [part, ...more] = prepareBlock(block.calls, chain.lookup, {
    maxSteps: 2 ** 14,
    shapeOf: starkShapeOf,
  }).parts;
  if (part === undefined || more.length > 0) throw new Error('not one part');
  const instances = (name: string) => {
    const { begin = 0, stop = 0 } = part.trace.segments.find((s) => s.name === name) ?? {};
    return (stop - begin) / 7;
  };
  // Two inputs reduced in each call; the second ends at its inverse.
  expect([instances('add_mod'), instances('mul_mod')]).toEqual([4, 8]);
  const { bytes, statement } = prove(part.trace, { context: part.context });
  expect(statement.layout).toBe('mods');
  expect(verify(bytes, statement)).toMatchObject({ ok: true });
}, 60_000);
