import { prove, statementOf } from '@stackctl/stark';
import { shortString } from '@stackctl/types';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ExecutedCalls, type PreparedBlock, prepareBlock } from '../src/prepare.ts';
import { encodeProofParts } from '../src/proof-file.ts';
import type { Part, PublicInputs } from '../src/public-inputs.ts';
import { encodePublicInputs } from '../src/public-inputs-codec.ts';
import { type Replay, verifyBlock } from '../src/verify-block.ts';
import { createChain, known } from './support/real-block.ts';
import { starkShapeOf } from './support/stark-shape.ts';

// Accounts are impersonated here: validations would only make the traces longer.
const chain = createChain();
const { fibonacci } = chain.genesis.addresses;
const calls = [{ to: fibonacci, entry: 'record', calldata: [20n] }];
const [block, next] = [1, 2].map(() => chain.next([{ account: 0, calls }], { skipValidate: true }));

function prepare(executed: ExecutedCalls, maxSteps = 2 ** 10): PreparedBlock {
  return prepareBlock(executed, chain.lookup, { maxSteps, shapeOf: starkShapeOf });
}

const proofsOf = ({ parts }: PreparedBlock) =>
  parts.map(({ trace, context }) => prove(trace, { context }).bytes);

let facts: ExecutedCalls['facts'];
let prepared: PreparedBlock;
let proofs: Uint8Array[];

beforeAll(() => {
  if (block === undefined) throw new Error('no block');
  ({ facts } = block.calls);
  prepared = prepare(block.calls);
  proofs = proofsOf(prepared);
});

/** The report when somebody offers these proofs with these public inputs. */
function offer(
  changed: Partial<PublicInputs> = {},
  parts: readonly Uint8Array[] = proofs,
  about = facts,
  replay?: Replay,
) {
  const publicInputs = encodePublicInputs({ ...prepared.inputs, ...changed });
  return verifyBlock({ proof: encodeProofParts(parts), publicInputs }, about, known, replay);
}

const withFirst = (change: (part: Part) => Part) => ({
  parts: prepared.inputs.parts.map((part, index) => (index === 0 ? change(part) : part)),
});

describe('verifyBlock', () => {
  it('accepts an honest proof in parts, the cheapest layout for each', () => {
    const report = offer();
    expect(report).toMatchObject({
      status: 'verified',
      block: 1,
      parts: proofs.length,
      steps: block?.body.receipts[0]?.steps,
      stopped: [],
      unvalidated: [0],
    });
    expect(report.securityBits).toBeGreaterThanOrEqual(96);
    const layouts = prepared.inputs.parts.map(({ run }) => run.layout);
    expect(layouts).toContain('lite');
    expect(layouts).toContain('full'); // the fee transfer hashes with Pedersen
  });

  it('proves the statements that the verifier derives', () => {
    for (const { trace, context, statement } of prepared.parts)
      expect(statementOf(trace, context)).toEqual(statement);
  });

  it('has the last word from the replay', () => {
    const replay: Replay = ({ calls: shown }) =>
      shown.length === 3 ? { failed: 'the fee is another' } : { ok: true };
    expect(offer({}, proofs, facts, replay)).toMatchObject({
      status: 'failed',
      reason: 'the replay: the fee is another',
    });
    expect(offer({}, proofs, facts, () => ({ ok: true })).status).toBe('verified');
  });

  it('refuses parts that are left out, swapped, repeated or foreign', () => {
    const foreign = proofsOf(prepare((next as NonNullable<typeof next>).calls));
    for (const parts of [
      proofs.slice(1),
      proofs.slice(0, -1),
      proofs.toReversed(),
      [...proofs, proofs[0] as Uint8Array],
      [foreign[0] as Uint8Array, ...proofs.slice(1)],
      foreign,
      [],
    ])
      expect(offer({}, parts)).toMatchObject({ status: 'failed' });
  });

  it('refuses a proof that is offered as the same part of another block or chain', () => {
    const elsewhere = { ...facts, chainId: shortString('ELSEWHERE') };
    expect(offer({ chainId: elsewhere.chainId }, proofs, elsewhere).status).toBe('failed');
    const other = (next as NonNullable<typeof next>).calls.facts;
    const { number, hash, parentHash } = other.header;
    const swapped = {
      blockNumber: number,
      blockHash: hash,
      parentHash,
      transactionHashes: other.transactionHashes,
    };
    expect(offer(swapped, proofs, other).status).toBe('failed');
  });

  it('refuses the proof with any other public inputs, for the STARK alone', () => {
    const changes: Array<Partial<PublicInputs>> = [
      withFirst((part) => ({
        ...part,
        calls: part.calls.map((call) => ({ ...call, gas: call.gas + 1n })),
      })),
      withFirst((part) => ({
        ...part,
        calls: part.calls.map((call) => ({ ...call, steps: call.steps - 1 })),
      })),
      withFirst((part) => ({ ...part, run: { ...part.run, finalAp: part.run.finalAp - 1 } })),
      withFirst((part) => ({ ...part, run: { ...part.run, logSteps: part.run.logSteps + 1 } })),
    ];
    for (const change of changes) expect(offer(change).reason).toMatch(/^part 0/);
  });

  it('refuses a storage response that the run did not get', () => {
    // Every public cell of the last part, one after the other in larger steps: none can be another.
    const at = prepared.inputs.parts.length - 1;
    const last = prepared.inputs.parts[at] as Part;
    const call = last.calls[0];
    const response = (call?.syscalls ?? 0) + 6; // StorageRead: request of four cells, gas, flag
    const parts = prepared.inputs.parts.with(at, {
      ...last,
      pages: last.pages.map((page) => ({
        address: page.address,
        values: page.values.map((value, index) =>
          page.address + index === response ? value + 1n : value,
        ),
      })),
    });
    expect(parts).not.toEqual(prepared.inputs.parts);
    expect(offer({ parts }).reason).toMatch(/^part \d/);
  });

  it('refuses a prover that runs another program: other code, gas costs, or a jump into the driver', () => {
    const [part] = prepared.parts;
    const run = prepared.inputs.parts[0]?.run;
    if (part === undefined || run === undefined) throw new Error('no part');
    const { trace, context } = part;
    // A word that no step executes, the first gas cost, and the distance of the driver's first call.
    const program = trace.segments[0]?.stop ?? 0;
    for (const address of [program - 3, run.builtinCosts, 1 + 3]) {
      const memory = trace.memory.slice();
      memory[address * 32] = (memory[address * 32] as number) ^ 1;
      const dishonest = prove({ ...trace, memory }, { context }).bytes;
      expect(offer({}, [dishonest, ...proofs.slice(1)]).reason).toMatch(/^part 0/);
    }
  });

  it('answers every mutant of the public inputs with a report, and accepts none', () => {
    const { length } = prepared.publicInputs;
    const change = fc.tuple(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }));
    const proof = encodeProofParts(proofs);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const publicInputs = prepared.publicInputs.slice();
        for (const [at, mask] of changes) publicInputs[at] = (publicInputs[at] as number) ^ mask;
        fc.pre(publicInputs.some((byte, at) => byte !== prepared.publicInputs[at]));
        expect(verifyBlock({ proof, publicInputs }, facts, known).status).toBe('failed');
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a truncated, an empty and a foreign file', () => {
    const whole = encodeProofParts(proofs);
    for (const proof of [whole.slice(0, -1), new Uint8Array(), new Uint8Array(4096)]) {
      const files = { proof, publicInputs: prepared.publicInputs };
      expect(verifyBlock(files, facts, known).status).toBe('failed');
    }
  });

  it('proves an empty block', () => {
    const empty = chain.next([]);
    const made = prepare(empty.calls);
    const files = { proof: encodeProofParts(proofsOf(made)), publicInputs: made.publicInputs };
    expect(verifyBlock(files, empty.calls.facts, known)).toMatchObject({
      status: 'verified',
      steps: 0,
    });
  });
});
