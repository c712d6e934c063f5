// A genuine proof of StarkWare's Stone prover (layout small, keccak channel, masked 160-bit digests)
// replayed with our channel, proof of work, authentication order and FRI folding. Stone's AIR is not
// ours: the values that its constraints would give at the queries are found backwards from the last
// layer instead, and the roots of FRI's layers judge them.
import { existsSync, readFileSync } from 'node:fs';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { PRIME } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { type Machine, withMachine } from '../src/prover/memory.ts';
import { authenticationNodes, drawPositions } from '../src/prover/openings.ts';
import {
  bigEndian,
  fromWire,
  integer,
  invert,
  power,
  reverseBits,
  rootOfUnity,
  toWire,
} from './wire.ts';

const folder = new URL('../../../../shared/data/stone/', import.meta.url);
const proofFile = new URL('small_keccak_proof.json', folder);
const annotationFile = new URL('small_keccak_proof_annotation.txt', folder);
const isPresent = existsSync(proofFile) && existsSync(annotationFile);

interface StoneProof {
  readonly proof_hex: string;
  readonly proof_parameters: {
    readonly stark: {
      readonly fri: {
        readonly fri_step_list: readonly number[];
        readonly n_queries: number;
        readonly proof_of_work_bits: number;
      };
      readonly log_n_cosets: number;
    };
  };
  readonly public_input: {
    readonly layout: string;
    readonly n_steps: number;
    readonly rc_min: number;
    readonly rc_max: number;
    readonly memory_segments: Readonly<Record<string, { begin_addr: number; stop_ptr: number }>>;
    readonly public_memory: ReadonlyArray<{ address: number; page: number; value: string }>;
  };
}

/** Digests keep their first 20 bytes. */
function masked(...parts: readonly Uint8Array[]): Uint8Array {
  return keccak_256(concat(parts)).fill(0, 20);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const SEGMENTS = ['program', 'execution', 'output', 'pedersen', 'range_check', 'ecdsa'];

/** The seed of Stone's channel: words of 32 bytes (public memory has one page here). */
function seedOf({ public_input: input }: StoneProof): Uint8Array {
  const [padding] = input.public_memory;
  const page = input.public_memory.map(({ address, value }) =>
    concat([bigEndian(BigInt(address)), bigEndian(BigInt(value))]),
  );
  return concat([
    ...[Math.log2(input.n_steps), input.rc_min, input.rc_max].map((n) => bigEndian(BigInt(n))),
    bigEndian(integer(new TextEncoder().encode(input.layout))),
    ...SEGMENTS.flatMap((name) => {
      const segment = input.memory_segments[name];
      return [segment?.begin_addr, segment?.stop_ptr].map((n) => bigEndian(BigInt(n as number)));
    }),
    bigEndian(BigInt(padding?.address as number)),
    bigEndian(BigInt(padding?.value as string)),
    bigEndian(1n),
    bigEndian(BigInt(page.length)),
    keccak_256(concat(page)),
  ]);
}

/** An opened table: its rows by number, with holes where Stone leaves a value to the verifier. */
interface Opening {
  readonly rows: Map<number, Uint8Array[]>;
  readonly nodes: Uint8Array[];
}

/** What the annotations say about the proof's bytes. */
interface Annotated {
  readonly messages: ReadonlyArray<
    { readonly sent: Uint8Array; readonly label: string } | { readonly felt: bigint }
  >;
  readonly queries: readonly number[];
  readonly roots: readonly Uint8Array[];
  readonly lastLayer: readonly bigint[];
  readonly openings: ReadonlyMap<string, Opening>;
}

function annotated(proof: Uint8Array, lines: readonly string[]): Annotated {
  const messages: Array<{ sent: Uint8Array; label: string } | { felt: bigint }> = [];
  const queries: number[] = [];
  const roots: Uint8Array[] = [];
  let lastLayer: bigint[] = [];
  const openings = new Map<string, Opening>();
  const openingOf = (name: string): Opening => {
    const known = openings.get(name) ?? { rows: new Map(), nodes: [] };
    openings.set(name, known);
    return known;
  };
  for (const line of lines) {
    const drawn = /^V->P: .*: (Field Element|Number)\((.*)\)/.exec(line);
    if (drawn?.[1] === 'Number') queries.push(Number(drawn[2]));
    else if (drawn) messages.push({ felt: BigInt(drawn[2] as string) });
    const message = /^P->V\[(\d+):(\d+)\]: (.*)/.exec(line);
    if (message === null) continue;
    const [, from, to, label = ''] = message;
    const sent = proof.subarray(Number(from), Number(to));
    const cell = /Decommitment\/(.*): Row (\d+), Column (\d+)/.exec(label);
    const node = /Decommitment\/(.*): For node/.exec(label);
    if (cell) {
      const { rows } = openingOf(cell[1] as string);
      const row = rows.get(Number(cell[2])) ?? [];
      row[Number(cell[3])] = sent;
      rows.set(Number(cell[2]), row);
    } else if (node) {
      openingOf(node[1] as string).nodes.push(sent);
    } else {
      messages.push({ sent, label });
      if (label.includes('Commitment: Hash')) roots.push(sent);
      if (label.includes('Last Layer'))
        lastLayer = Array.from({ length: sent.length / 32 }, (_, i) =>
          fromWire(sent.subarray(32 * i, 32 * i + 32)),
        );
    }
  }
  return { messages, queries, roots, lastLayer, openings };
}

/** Folds opened leaves up to the root, taking siblings from the proof in our order. */
function rootOf(height: number, opening: Opening): Uint8Array {
  const positions = [...opening.rows.keys()].sort((a, b) => a - b);
  const known = new Map<number, Uint8Array>();
  for (const position of positions)
    known.set(2 ** height + position, masked(...(opening.rows.get(position) as Uint8Array[])));
  const needed = authenticationNodes(2 ** height, positions);
  expect(needed.length).toBe(opening.nodes.length);
  for (const [i, node] of needed.entries()) known.set(node, opening.nodes[i] as Uint8Array);
  // Siblings of lower levels have greater numbers: parents come out from the leaves up.
  for (let level = height; level > 0; level--)
    for (const node of [...known.keys()].filter((n) => n >> level === 1 && n % 2 === 0)) {
      const [left, right] = [known.get(node), known.get(node + 1)];
      if (left && right) known.set(node >> 1, masked(left, right));
    }
  return known.get(1) as Uint8Array;
}

/** Our fold of 8 values (the verifier's), with 1 / x of the first; of 16 by halves. */
class Folding {
  private readonly machine: Machine;
  private readonly at: number;

  constructor(machine: Machine) {
    this.machine = machine;
    this.at = Math.ceil(machine.exports.heapBase() / 16) * 16;
  }

  private put(at: number, value: bigint): void {
    const { exports, memory } = this.machine;
    new Uint8Array(memory.buffer).set(toWire(value), this.at);
    exports.fromWire(at, this.at);
  }

  private eight(values: readonly bigint[], inverse: bigint, beta: bigint): bigint {
    const { exports, memory } = this.machine;
    const cells = this.at + 256;
    values.forEach((value, i) => {
      this.put(cells + 36 * i, value);
    });
    this.put(this.at + 64, inverse);
    this.put(this.at + 128, beta);
    exports.foldCoset(cells, this.at + 64, this.at + 128);
    exports.toWire(this.at, cells);
    return fromWire(new Uint8Array(memory.buffer, this.at, 32));
  }

  fold(values: readonly bigint[], x: bigint, beta: bigint): bigint {
    if (values.length === 8) return this.eight(values, invert(x), beta);
    // The second half's first point is x times the root of order 16: bit reversal of 8 in 4 bits.
    const left = this.eight(values.slice(0, 8), invert(x), beta);
    const right = this.eight(values.slice(8), invert(x * rootOfUnity(4)), beta);
    const factor = (power(beta, 8n) * invert(power(x, 8n))) % PRIME;
    return (((left + right + factor * (left - right)) % PRIME) + PRIME) % PRIME;
  }
}

/**
 * A point of the 2^bits roots of unity, in bit-reversed order. Stone folds on this group: it takes the
 * coset's shift out of x before FRI (ours stays in, which changes nothing but the challenges' scale).
 */
const pointOf = (position: number, bits: number): bigint =>
  power(rootOfUnity(bits), BigInt(reverseBits(position, bits)));

/**
 * The DEEP quotient at query 83429, which shares a leaf with query 83430: two unknowns, of which
 * folding gives one. It was computed from the proof's rows and samples by the mask of Stone's layout
 * `small`; were it wrong, the leaf would not hash to what the layer's root demands.
 */
const QUOTIENT_AT = {
  position: 83429,
  value: 0x7b380e77a054250a45fe8011eaf2dba68e1f376587c34630a169eaf6fdc310dn,
} as const;

describe.skipIf(!isPresent)('a proof by Stone (skipped without ../shared)', () => {
  const read = () => {
    const proof = JSON.parse(readFileSync(proofFile, 'utf8')) as StoneProof;
    const bytes = Uint8Array.from(Buffer.from(proof.proof_hex.slice(2), 'hex'));
    const lines = readFileSync(annotationFile, 'utf8').split('\n');
    const { fri, log_n_cosets: logBlowup } = proof.proof_parameters.stark;
    const logDomain = Math.log2(proof.public_input.n_steps) + 4 + logBlowup;
    return { proof, fri, logDomain, ...annotated(bytes, lines) };
  };

  it('draws the same challenges and queries, and accepts its proof of work', () => {
    const { proof, fri, logDomain, messages, queries } = read();
    withMachine((machine) => {
      const { exports, memory } = machine;
      const at = Math.ceil(exports.heapBase() / 16) * 16;
      const write = (bytes: Uint8Array) => new Uint8Array(memory.buffer).set(bytes, at);
      const seed = seedOf(proof);
      write(seed);
      exports.start(at, seed.length);
      let [drawn, worked] = [0, 0];
      for (const message of messages) {
        if ('felt' in message) {
          exports.drawFelt(at);
          exports.toWire(at + 64, at);
          expect(fromWire(new Uint8Array(memory.buffer, at + 64, 32))).toBe(message.felt);
          drawn++;
          continue;
        }
        const { sent, label } = message;
        if (label.includes('Proof of Work')) {
          const nonce = integer(sent);
          expect(exports.isWork(nonce, fri.proof_of_work_bits)).toBe(1);
          expect(exports.isWork(nonce + 1n, fri.proof_of_work_bits)).toBe(0);
          worked++;
        }
        write(sent);
        exports.mix(at, sent.length, at + 8192);
      }
      expect([drawn, worked]).toEqual([8, 1]);
      const sorted = [...new Set(queries)].sort((a, b) => a - b);
      expect(drawPositions(machine, fri.n_queries, logDomain)).toEqual(sorted);
    });
  });

  it('opens its three tables to their roots', () => {
    const { logDomain, openings, roots } = read();
    for (const table of [0, 1, 2]) {
      const opening = openings.get(`Layer 0/Virtual Oracle/Trace ${table}`) as Opening;
      expect(rootOf(logDomain, opening)).toEqual(roots[table]);
      const [, row] = [...opening.rows][0] as [number, Uint8Array[]];
      row[0] = (row[0] as Uint8Array).map((byte, i) => (i === 31 ? byte ^ 1 : byte));
      expect(rootOf(logDomain, opening)).not.toEqual(roots[table]);
    }
  });

  it('folds through its layers to the last, each opened to its root', () => {
    const { fri, logDomain, messages, queries, roots, lastLayer, openings } = read();
    const felts = messages.flatMap((message) => ('felt' in message ? [message.felt] : []));
    // Steps 0, 4, 3: the first layer is the DEEP quotient itself, folded by 16 and then by 8.
    expect(fri.fri_step_list).toEqual([0, 4, 3]);
    const betas = felts.slice(-2) as [bigint, bigint];
    const top = [...new Set(queries)].sort((a, b) => a - b);
    const middle = [...new Set(top.map((position) => position >> 4))];
    const wanted = new Map(
      [...new Set(middle.map((position) => position >> 3))].map((position) => {
        const x = pointOf(position, logDomain - 7);
        return [position, lastLayer.reduceRight((sum, c) => (sum * x + c) % PRIME, 0n)] as const;
      }),
    );
    withMachine((machine) => {
      const folding = new Folding(machine);
      /** Finds each row's missing value from what it must fold to; returns those found, by position. */
      const complete = (
        name: string,
        shape: { readonly step: number; readonly bits: number },
        beta: bigint,
        results: ReadonlyMap<number, bigint>,
      ): Map<number, bigint> => {
        const size = 2 ** shape.step;
        const found = new Map<number, bigint>();
        const { rows } = openings.get(name) as Opening;
        expect([...rows.keys()].sort((a, b) => a - b)).toEqual([...results.keys()]);
        for (const [row, cells] of rows) {
          if (row === QUOTIENT_AT.position >> shape.step && name === 'Layer 1')
            cells[QUOTIENT_AT.position % size] = toWire(QUOTIENT_AT.value);
          const missing = [...Array(size).keys()].filter((i) => cells[i] === undefined);
          expect(missing.length).toBe(1);
          const [hole] = missing as [number];
          const x = pointOf(row * size, shape.bits);
          const values = Array.from({ length: size }, (_, i) =>
            cells[i] === undefined ? 0n : fromWire(cells[i]),
          );
          // Folding is linear: the result with 0 in the hole, and what 1 there adds.
          const without = folding.fold(values, x, beta);
          const unit = folding.fold(
            values.map((_, i) => (i === hole ? 1n : 0n)),
            x,
            beta,
          );
          const rest = (results.get(row) as bigint) - without + PRIME;
          const value = (rest * invert(unit)) % PRIME;
          cells[hole] = toWire(value);
          found.set(row * size + hole, value);
        }
        return new Map([...found].sort(([a], [b]) => a - b));
      };
      const second = complete('Layer 2', { step: 3, bits: logDomain - 4 }, betas[1], wanted);
      expect([...second.keys()]).toEqual(middle);
      expect(rootOf(logDomain - 7, openings.get('Layer 2') as Opening)).toEqual(roots[4]);
      const first = complete('Layer 1', { step: 4, bits: logDomain }, betas[0], second);
      expect([...first.keys()]).toEqual(top.filter((q) => q !== QUOTIENT_AT.position));
      expect(rootOf(logDomain - 4, openings.get('Layer 1') as Opening)).toEqual(roots[3]);
    });
  });
});
