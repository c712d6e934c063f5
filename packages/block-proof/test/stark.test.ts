import { classes } from '@stackctl/contracts-l2';
import { prove, statementOf, verify } from '@stackctl/stark';
import { type CairoTrace, type Felt, shortString } from '@stackctl/types';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassFacts } from '../src/check-inputs.ts';
import { type ExecutedCalls, type PreparedBlock, prepareBlock } from '../src/prepare.ts';
import { coverageOf, coveredSteps, type PublicInputs } from '../src/public-inputs.ts';
import { contextOf, encodePublicInputs } from '../src/public-inputs-codec.ts';
import { deriveStatement } from '../src/statement.ts';
import { verifyBlock } from '../src/verify-block.ts';
import { executeSample, lookup, SAMPLE } from './support/sample-block.ts';

const logStepsOf = (trace: CairoTrace) => statementOf(trace, new Uint8Array(32)).logSteps;
const contracts = [classes.fibonacci, classes.factorial];
const known: ClassFacts = {
  casm: (classHash) => contracts.find((contract) => contract.classHash === classHash)?.casm,
  compiledClassHash: (classHash) =>
    contracts.find((contract) => contract.classHash === classHash)?.compiledClassHash,
};

let block: ExecutedCalls;
let prepared: PreparedBlock;
let proof: Uint8Array;

function prepare(executed: ExecutedCalls): PreparedBlock {
  return prepareBlock(executed, lookup, { maxSteps: 2 ** 18, logStepsOf });
}

beforeAll(() => {
  block = executeSample(SAMPLE);
  prepared = prepare(block);
  proof = prove(prepared.trace, { context: prepared.context }).bytes;
});

/** The status when somebody offers our proof with other public inputs. */
function offer(changed: Partial<PublicInputs>, facts = block.facts) {
  const publicInputs = encodePublicInputs({ ...prepared.inputs, ...changed });
  return verifyBlock({ proof, publicInputs }, facts, known);
}

describe('verifyBlock', () => {
  it('accepts an honest proof, with its security, steps and coverage', () => {
    const files = { proof, publicInputs: prepared.publicInputs };
    const report = verifyBlock(files, block.facts, known);
    expect(report).toMatchObject({
      status: 'verified',
      block: 7,
      blockHash: '0xb113',
      coverage: coverageOf(prepared.inputs),
      steps: coveredSteps(prepared.inputs),
    });
    expect(report.securityBits).toBeGreaterThanOrEqual(96);
  });

  it('the prover proves the statement that the verifier derives', () => {
    const { trace, context, statement } = prepared;
    expect(statementOf(trace, context)).toEqual(statement);
  });

  it('refuses the proof with any other public inputs', () => {
    const { inputs } = prepared;
    const [first, ...rest] = inputs.calls;
    if (first === undefined) throw new Error('no calls');
    const changes: Array<Partial<PublicInputs>> = [
      { executedSteps: inputs.executedSteps + 1 },
      { calls: rest, executedSteps: inputs.executedSteps + 1 },
      { calls: [{ ...first, gas: first.gas + 1n }, ...rest] },
      { calls: [{ ...first, steps: first.steps - 1 }, ...rest] },
      { run: { ...inputs.run, finalAp: inputs.run.finalAp - 1 } },
      { run: { ...inputs.run, logSteps: inputs.run.logSteps + 1 } },
      { pages: inputs.pages.map((page) => ({ ...page, values: [...page.values, 5n] })) },
    ];
    for (const change of changes) expect(offer(change)).toMatchObject({ status: 'failed' });
    expect(offer({})).toMatchObject({ status: 'verified' });
  });

  it('refuses the proof for a block on another chain or at another height', () => {
    const { facts } = block;
    const elsewhere = { ...facts, chainId: shortString('ELSEWHERE') };
    expect(offer({ chainId: elsewhere.chainId }, elsewhere)).toMatchObject({ status: 'failed' });
    const next = executeSample(SAMPLE, 8).facts;
    const { number, hash, parentHash } = next.header;
    expect(offer({ blockNumber: number, blockHash: hash, parentHash }, next)).toMatchObject({
      status: 'failed',
    });
  });

  it('refuses a storage response that the run did not get', () => {
    // `last` reads what `record` wrote: its return data is public, and so is the response.
    const call = prepared.inputs.calls[2];
    if (call === undefined) throw new Error('no call');
    const pages = prepared.inputs.pages.map((page) => ({
      address: page.address,
      values: page.values.map((value, index) =>
        page.address + index === call.syscalls + 6 ? value + 1n : value,
      ),
    }));
    expect(pages).not.toEqual(prepared.inputs.pages);
    expect(offer({ pages })).toMatchObject({ status: 'failed' });
  });

  it('refuses a prover that runs other code, other gas costs or fewer calls than it says', () => {
    /** What a cheat commits to, offered with the honest inputs' context. */
    function cheat(trace: CairoTrace) {
      const dishonest = prove(trace, { context: prepared.context }).bytes;
      const files = { proof: dishonest, publicInputs: prepared.publicInputs };
      return verifyBlock(files, block.facts, known);
    }
    const { trace, inputs } = prepared;
    // A class's last bytecode cell, which no step executes, and the first gas cost.
    const program = trace.segments[0]?.stop ?? 0;
    for (const address of [program - 3, inputs.run.builtinCosts]) {
      const memory = trace.memory.slice();
      memory[address * 32] = (memory[address * 32] as number) ^ 1;
      expect(cheat({ ...trace, memory })).toMatchObject({ status: 'failed' });
    }
    const fewer = prepare({ ...block, calls: block.calls.slice(1) });
    expect(cheat(fewer.trace)).toMatchObject({ status: 'failed' });
  });

  it('answers every mutant of the public inputs with a report, and accepts none', () => {
    const { length } = prepared.publicInputs;
    const change = fc.tuple(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const publicInputs = prepared.publicInputs.slice();
        for (const [at, mask] of changes) publicInputs[at] = (publicInputs[at] as number) ^ mask;
        fc.pre(publicInputs.some((byte, at) => byte !== prepared.publicInputs[at]));
        const report = verifyBlock({ proof, publicInputs }, block.facts, known);
        expect(report.status).toBe('failed');
      }),
      { numRuns: 150 },
    );
  });

  it('refuses more calls than a driver can hold', () => {
    const [call] = prepared.inputs.calls;
    if (call === undefined) throw new Error('no call');
    const calls = Array.from({ length: 6000 }, () => ({ ...call, steps: 0 }));
    const run = { ...prepared.inputs.run, logSteps: 20 };
    expect(offer({ calls, run })).toMatchObject({ status: 'failed' });
  });

  it('refuses a truncated, an empty and a foreign proof', () => {
    for (const bytes of [proof.slice(0, -1), new Uint8Array(), new Uint8Array(4096)]) {
      const files = { proof: bytes, publicInputs: prepared.publicInputs };
      expect(verifyBlock(files, block.facts, known)).toMatchObject({ status: 'failed' });
    }
  });

  it('proves an empty block', () => {
    const empty = executeSample([]);
    const { trace, context, publicInputs } = prepare(empty);
    const files = { proof: prove(trace, { context }).bytes, publicInputs };
    expect(verifyBlock(files, empty.facts, known)).toMatchObject({
      status: 'verified',
      coverage: 1,
      steps: 0,
    });
  });

  it('binds the program to the classes: with other bytecode it is another statement', () => {
    const context = contextOf(prepared.publicInputs);
    const [record] = prepared.inputs.calls;
    if (record === undefined) throw new Error('no call');
    /** Fibonacci's class with its last word changed: code that this run never reaches. */
    const patched = (classHash: Felt) => {
      const casm = lookup(classHash);
      if (casm === undefined || classHash !== record.classHash) return casm;
      return { ...casm, bytecode: [...casm.bytecode.slice(0, -1), 0n] };
    };
    expect(verify(proof, deriveStatement(prepared.inputs, lookup, context)).ok).toBe(true);
    expect(verify(proof, deriveStatement(prepared.inputs, patched, context)).ok).toBe(false);
  });
});
