import { isStackError } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, Malformed } from '../src/bytes.ts';
import { prepareBlock } from '../src/prepare.ts';
import { decodeProofParts, encodeProofParts } from '../src/proof-file.ts';
import {
  contextOf,
  decodePublicInputs,
  digestOf,
  encodePublicInputs,
} from '../src/public-inputs-codec.ts';
import { publicInputsToJson } from '../src/public-inputs-json.ts';
import { createChain, mixedSample, shapeOf } from './support/real-block.ts';

const chain = createChain();
const block = chain.next(mixedSample(chain.genesis.addresses));
const made = prepareBlock(block.calls, chain.lookup, { maxSteps: 2 ** 12, shapeOf });
const usage = { steps: 5, chargedSteps: 2, sierraGas: 7n };
const inputs = { ...made.inputs, stopped: [{ transaction: 3, usage, reason: 'Out of steps: ß' }] };
const prepared = { ...made, inputs, publicInputs: encodePublicInputs(inputs) };

describe('public inputs codec', () => {
  it('reads what it wrote', () => {
    const decoded = decodePublicInputs(prepared.publicInputs);
    expect(decoded).toEqual(prepared.inputs);
    expect(encodePublicInputs(decoded)).toEqual(prepared.publicInputs);
  });

  it('has one spelling: whatever it accepts it writes back to the same bytes', () => {
    fc.assert(
      fc.property(
        fc.nat(prepared.publicInputs.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const mutant = prepared.publicInputs.slice();
          mutant[at] = (mutant[at] as number) ^ change;
          try {
            expect(encodePublicInputs(decodePublicInputs(mutant))).toEqual(mutant);
          } catch (error) {
            if (!isStackError(error, 'PROOF_REJECTED')) throw error;
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it.each([0, 1, 30, 200])('refuses a file cut by %i bytes or with bytes added', (cut) => {
    const bytes = prepared.publicInputs;
    const cutOff = cut === 0 ? new Uint8Array([...bytes, 0]) : bytes.slice(0, bytes.length - cut);
    expect(() => decodePublicInputs(cutOff)).toThrow();
  });

  it('refuses felts and integers that are spelled otherwise', () => {
    const read = (bytes: number[]) => new ByteReader(new Uint8Array(bytes));
    expect(() => read([2, 0, 1]).felt()).toThrow(Malformed);
    expect(() => read([33]).felt()).toThrow(Malformed);
    expect(() => read([32, ...Array.from({ length: 32 }, () => 255)]).felt()).toThrow(Malformed);
    expect(() => read([0x80, 0x00]).integer()).toThrow(Malformed);
    expect(() => read(Array.from({ length: 9 }, () => 0xff)).integer()).toThrow(Malformed);
    expect(() => read([2]).boolean()).toThrow(Malformed);
    expect(() => read([0xff, 0x7f]).list(() => 0)).toThrow(Malformed);
  });

  it('round-trips integers and felts', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 251n }), (integer, felt) => {
        const out = new ByteWriter();
        out.integer(integer);
        out.felt(felt);
        const input = new ByteReader(out.finish());
        expect(input.integer()).toBe(integer);
        expect(input.felt()).toBe(felt);
        input.end();
      }),
    );
  });

  it('binds every byte, and which part it is, into the contexts', () => {
    const digest = digestOf(made.publicInputs);
    for (const [index, { context, statement }] of made.parts.entries()) {
      expect(context).toEqual(contextOf(digest, index));
      expect(statement.context).toEqual(context);
      expect(context).toHaveLength(32);
    }
    expect(contextOf(digest, 0)).not.toEqual(contextOf(digest, 1));
    for (let at = 0; at < made.publicInputs.length; at += 997) {
      const mutant = made.publicInputs.slice();
      mutant[at] = (mutant[at] as number) ^ 1;
      expect(digestOf(mutant)).not.toEqual(digest);
    }
  });

  it('shows calldata and results to people', () => {
    const json = publicInputsToJson(prepared.inputs) as {
      parts: Array<{ calls: Array<{ calldata: string[]; result: string[]; failed: boolean }> }>;
    };
    const calls = json.parts.flatMap((part) => part.calls);
    expect(calls.map(({ calldata }) => calldata)).toContainEqual(['0x1e']); // fibonacci(30)
    expect(calls.map(({ result }) => result)).toContainEqual(['0xcb228']); // F(30) = 832040
    expect(calls.some(({ failed }) => failed)).toBe(true);
    expect(() => JSON.stringify(json)).not.toThrow();
  });
});

describe('proof file', () => {
  it('holds the proofs of the parts, in one spelling', () => {
    const parts = [new Uint8Array([1, 2, 3]), new Uint8Array(), new Uint8Array(300).fill(9)];
    const file = encodeProofParts(parts);
    expect(decodeProofParts(file)).toEqual(parts);
    expect(() => decodeProofParts(file.slice(0, -1))).toThrow();
    expect(() => decodeProofParts(new Uint8Array([...file, 0]))).toThrow();
    expect(() => decodeProofParts(new Uint8Array([0, ...file]))).toThrow();
  });
});
