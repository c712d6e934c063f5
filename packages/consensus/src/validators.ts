import type { ValidatorIndex } from './types.ts';

export interface Validator {
  readonly name: string;
  /** ed25519, raw, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** A positive integer. */
  readonly power: number;
}

/** The validators of a height with what follows from their powers. */
export interface ValidatorSet {
  readonly validators: readonly Validator[];
  readonly totalPower: number;
  /** Least power above two thirds of the total (2f+1 of 3f+1). */
  readonly quorum: number;
  /** Least power above one third of the total (f+1): one honest validator is in it. */
  readonly minority: number;
  /** Proposers by turn; see `proposerAt`. */
  readonly rotation: readonly ValidatorIndex[];
}

/** Keeps `totalPower * MAX_ROTATION` an exact number. */
const MAX_TOTAL_POWER = 2 ** 40;
const MAX_ROTATION = 1024;

/** @throws RangeError on an empty set, duplicate names or keys, or powers out of range. */
export function createValidatorSet(validators: readonly Validator[]): ValidatorSet {
  if (validators.length === 0) throw new RangeError('a validator set without validators');
  if (validators.length > 0xffff) throw new RangeError('more than 65535 validators');
  const names = new Set(validators.map((validator) => validator.name));
  const keys = new Set(validators.map((validator) => validator.publicKey.join()));
  if (names.size < validators.length || keys.size < validators.length)
    throw new RangeError('two validators with one name or key');
  let totalPower = 0;
  for (const { name, power, publicKey } of validators) {
    if (!Number.isSafeInteger(power) || power <= 0)
      throw new RangeError(`${name}: power ${power} is not a positive integer`);
    if (publicKey.length !== 32) throw new RangeError(`${name}: a public key has 32 bytes`);
    totalPower += power;
  }
  if (totalPower > MAX_TOTAL_POWER) throw new RangeError('total power above 2^40');
  return {
    validators,
    totalPower,
    quorum: Math.floor((2 * totalPower) / 3) + 1,
    minority: Math.floor(totalPower / 3) + 1,
    rotation: rotationOf(validators.map((validator) => validator.power)),
  };
}

/** proposer(h, r) of the paper: everyone's turn comes in proportion to its power. */
export function proposerAt(set: ValidatorSet, height: number, round: number): ValidatorIndex {
  const turn = set.rotation[(height + round) % set.rotation.length];
  if (turn === undefined) throw new RangeError(`no proposer at ${height}/${round}`);
  return turn;
}

/**
 * Smooth weighted round robin over one cycle: in each turn everyone gains its weight, the richest
 * (the first of equals) proposes and pays the sum of all weights. With equal powers: 0, 1, 2, ...
 * Powers are first reduced by their common divisor, then, when the cycle would be long, to shares
 * of `MAX_ROTATION` (at least 1 each, so that nobody is left out).
 */
function rotationOf(powers: readonly number[]): ValidatorIndex[] {
  const divisor = powers.reduce(gcd);
  let weights = powers.map((power) => power / divisor);
  const sum = weights.reduce((a, b) => a + b);
  if (sum > MAX_ROTATION)
    weights = weights.map((weight) => Math.max(1, Math.floor((weight * MAX_ROTATION) / sum)));
  const cycle = weights.reduce((a, b) => a + b);
  const credit = weights.map(() => 0);
  const turns: ValidatorIndex[] = [];
  while (turns.length < cycle) {
    let richest = 0;
    for (let i = 0; i < weights.length; i++) {
      credit[i] = (credit[i] as number) + (weights[i] as number);
      if ((credit[i] as number) > (credit[richest] as number)) richest = i;
    }
    credit[richest] = (credit[richest] as number) - cycle;
    turns.push(richest);
  }
  return turns;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
