import type { Machine } from './machine.ts';
import type { Transcript } from './transcript.ts';

/** `count` draws below 2^bits, ascending, duplicates dropped. */
export function drawPositions({ exports }: Machine, count: number, bits: number): number[] {
  const drawn = Array.from({ length: count }, () => exports.drawNumber(bits) >>> 0);
  return [...new Set(drawn)].sort((a, b) => a - b);
}

/**
 * The siblings that fold the given leaves (ascending) up to the root, in the verifier's order: level by
 * level from the leaves, left to right, those that are not known already.
 */
export function authenticationNodes(leaves: number, positions: readonly number[]): number[] {
  const nodes: number[] = [];
  let known = positions.map((position) => leaves + position);
  while (known[0] !== 1) {
    const parents: number[] = [];
    for (let i = 0; i < known.length; i++) {
      const node = known[i] as number;
      if (node % 2 === 0 && known[i + 1] === node + 1) i++;
      else nodes.push(node ^ 1);
      parents.push(node >> 1);
    }
    known = parents;
  }
  return nodes;
}

/** Appends the authentication nodes of a tree to the proof. */
export function appendNodes(
  transcript: Transcript,
  tree: number,
  leaves: number,
  positions: readonly number[],
): void {
  for (const node of authenticationNodes(leaves, positions))
    transcript.append(transcript.read(tree + 32 * node, 32));
}
