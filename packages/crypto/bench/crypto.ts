// Speed of this package beside @scure/starknet, in one run: node packages/crypto/bench/crypto.ts
import * as scure from '@scure/starknet';
import * as ours from '../src/index.ts';

const SECONDS = 0.5;

let calls = 0;

/** Calls a second, best of three rounds; no argument comes twice. */
function rate(call: (i: bigint) => unknown): number {
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    const before = calls;
    while (performance.now() - start < SECONDS * 1000) {
      for (let i = 0; i < 10; i++) call(BigInt(calls + i));
      calls += 10;
    }
    best = Math.max(best, (calls - before) / ((performance.now() - start) / 1000));
  }
  return best;
}

const x = 0x3c1e9550e66958296d11b60f8e8e7a7ad990d07fa65d5f7652c4a6c87d4e3ccn;
const key = 0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdn;
const publicKey = scure.getPublicKey(key.toString(16).padStart(64, '0'));
const publicX = ours.publicKey(key);
const signature = ours.sign(key, x);
const scureSignature = new scure.Signature(signature.r, signature.s);
const message = x.toString(16).padStart(64, '0');

let start = performance.now();
ours.pedersen(1n, 2n);
const tables = performance.now() - start;
start = performance.now();
ours.poseidon(1n, 2n);
console.log(
  `first pedersen ${tables.toFixed(1)} ms, first poseidon ${(performance.now() - start).toFixed(1)} ms`,
);

const pairs = Array.from({ length: 512 }, (_, i) => x + BigInt(i) ** 20n);
const rows: Array<[string, (i: bigint) => unknown, ((i: bigint) => unknown) | undefined, number]> =
  [
    ['pedersen', (i) => ours.pedersen(x + i, x - i), (i) => scure.pedersen(x + i, x - i), 1],
    [
      'pedersen, batch of 256',
      () => ours.pedersenPairs(pairs),
      (i) => scure.pedersen(x + i, x),
      256,
    ],
    ['poseidon', (i) => ours.poseidon(x + i, x), (i) => scure.poseidonHash(x + i, x), 1],
    [
      'poseidon, batch of 256',
      () => ours.poseidonPairs(pairs),
      (i) => scure.poseidonHash(x + i, x),
      256,
    ],
    [
      'verify',
      () => ours.verify(publicX, x, signature.r, signature.s),
      () => scure.verify(scureSignature, message, publicKey),
      1,
    ],
    [
      'sign',
      (i) => ours.sign(key, x + i),
      (i) => scure.sign((x + i).toString(16).padStart(64, '0'), key.toString(16).padStart(64, '0')),
      1,
    ],
    [
      'ec_op, generator',
      (i) => ours.ecOp(ours.pointOfX(publicX) as ours.Point, ours.GENERATOR, x + i),
      undefined,
      1,
    ],
    [
      'point and ec_op, new point',
      (i) => {
        const p = ours.pointOfX(i + 7n);
        return p && ours.ecOp(ours.GENERATOR, p, x);
      },
      undefined,
      1,
    ],
    ['square root', (i) => ours.fieldSqrt(x + i), undefined, 1],
    ['inverse', (i) => ours.fieldInverse(x + i), undefined, 1],
    [
      'starknet_keccak of 32 bytes',
      () => ours.starknetKeccak(message.slice(32)),
      () => scure.keccak(new TextEncoder().encode(message.slice(32))),
      1,
    ],
  ];
for (const [name, ours_, reference, each] of rows) {
  const mine = rate(ours_) * each;
  const line = `${name.padEnd(28)} ${Math.round(mine).toString().padStart(8)}/s`;
  if (reference === undefined) {
    console.log(line);
    continue;
  }
  const theirs = rate(reference);
  console.log(
    `${line}   @scure/starknet ${Math.round(theirs).toString().padStart(6)}/s   ${(mine / theirs).toFixed(1)} x`,
  );
}
