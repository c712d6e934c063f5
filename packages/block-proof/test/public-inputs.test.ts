import { isStackError } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, Malformed } from '../src/bytes.ts';
import { prepareBlock } from '../src/prepare.ts';
import { contextOf, decodePublicInputs, encodePublicInputs } from '../src/public-inputs-codec.ts';
import { publicInputsToJson } from '../src/public-inputs-json.ts';
import { executeSample, logStepsOf, lookup, SAMPLE } from './support/sample-block.ts';

const prepared = prepareBlock(executeSample(SAMPLE), lookup, { maxSteps: 2 ** 18, logStepsOf });

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
      { numRuns: 400 },
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

  it('binds every byte into the context', () => {
    const context = contextOf(prepared.publicInputs);
    expect(context).toEqual(prepared.statement.context);
    expect(context).toHaveLength(32);
    for (let at = 0; at < prepared.publicInputs.length; at += 17) {
      const mutant = prepared.publicInputs.slice();
      mutant[at] = (mutant[at] as number) ^ 1;
      expect(contextOf(mutant)).not.toEqual(context);
    }
  });

  it('shows calldata and results to people', () => {
    const json = publicInputsToJson(prepared.inputs) as {
      coverage: number;
      calls: Array<{ calldata: string[]; result: string[]; failed: boolean }>;
    };
    expect(json.coverage).toBeGreaterThan(0.5);
    expect(json.calls[0]?.calldata).toEqual(['0x14']);
    expect(json.calls[0]?.result).toEqual(['0x1a6d']); // F(20) = 6765
    expect(json.calls[1]?.result).toEqual(['0x13b0']); // 7! = 5040
    expect(json.calls[3]?.failed).toBe(true);
    expect(() => JSON.stringify(json)).not.toThrow();
  });
});
