// Round keys of Starknet's Hades permutation. The full list is drawn from SHA-256 of "Hades0",
// "Hades1", ... mod P, three a round (StarkWare, "poseidon", generate_params).
import { sha256 } from '@noble/hashes/sha2.js';
import { type Felt, PRIME } from '@stackctl/types';

const FULL_ROUNDS = 8;
const PARTIAL_ROUNDS = 83;

function drawn(index: number): Felt {
  const digest = sha256(new TextEncoder().encode(`Hades${index}`));
  let value = 0n;
  for (const byte of digest) value = (value << 8n) | BigInt(byte);
  return value % PRIME;
}

/** The matrix [[3,1,1],[1,-1,1],[1,1,-2]]. */
function mix(x: Felt, y: Felt, z: Felt): [Felt, Felt, Felt] {
  const t = x + y + z;
  return [t + 2n * x, t - 2n * y, t - 3n * z];
}

function reduced(value: bigint): Felt {
  const rest = value % PRIME;
  return rest < 0n ? rest + PRIME : rest;
}

/**
 * The 107 keys that remain when those of partial rounds are compressed: x and y meet no S-box there,
 * so that their keys can be added after the matrix, to the next round's keys.
 */
export function poseidonKeys(): Felt[] {
  const rounds: Array<[Felt, Felt, Felt]> = [];
  for (let i = 0; i < FULL_ROUNDS + PARTIAL_ROUNDS; i++) {
    rounds.push([drawn(3 * i), drawn(3 * i + 1), drawn(3 * i + 2)]);
  }
  const firstPartial = FULL_ROUNDS / 2;
  const keys = rounds.slice(0, firstPartial).flat();
  let carried: [Felt, Felt, Felt] = [0n, 0n, 0n];
  for (let i = firstPartial; i < firstPartial + PARTIAL_ROUNDS; i++) {
    const [x, y, z] = rounds[i] as [Felt, Felt, Felt];
    keys.push(reduced(z + carried[2]));
    carried = mix(reduced(x + carried[0]), reduced(y + carried[1]), 0n);
  }
  const [x, y, z] = rounds[firstPartial + PARTIAL_ROUNDS] as [Felt, Felt, Felt];
  keys.push(reduced(x + carried[0]), reduced(y + carried[1]), reduced(z + carried[2]));
  keys.push(...rounds.slice(firstPartial + PARTIAL_ROUNDS + 1).flat());
  return keys;
}
