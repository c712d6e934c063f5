// The Stark curve y^2 = x^3 + x + beta in BigInt: for tables made when code is generated, not for runs.
import { PRIME } from '@stackctl/types';

export interface CurvePoint {
  readonly x: bigint;
  readonly y: bigint;
}

/** beta of y^2 = x^3 + x + beta (https://docs.starkware.co/starkex/crypto/stark-curve.html). */
export const CURVE_BETA = 0x6f21413efbe40de150e596d72f7a8c5609ad26c15c915c1f4cdfcb99cee9e89n;

const mod = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;

/** 1 / value mod P, by Euclid's algorithm. */
function inverse(value: bigint): bigint {
  let [r0, r1, s0, s1] = [PRIME, mod(value), 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return mod(s0);
}

function chord(a: CurvePoint, b: CurvePoint, slope: bigint): CurvePoint {
  const x = mod(slope * slope - a.x - b.x);
  return { x, y: mod(slope * (a.x - x) - a.y) };
}

export function double(a: CurvePoint): CurvePoint {
  return chord(a, a, mod((3n * a.x * a.x + 1n) * inverse(2n * a.y)));
}

/** a + b, which must be finite and have different abscissas, or be equal. */
export function addPoints(a: CurvePoint, b: CurvePoint): CurvePoint {
  if (a.x === b.x) {
    if (a.y !== b.y) throw new RangeError('the sum is at infinity');
    return double(a);
  }
  return chord(a, b, mod((a.y - b.y) * inverse(a.x - b.x)));
}

export const negate = ({ x, y }: CurvePoint): CurvePoint => ({ x, y: mod(-y) });

/** The points P0 (the shift) to P4 of the Pedersen hash (StarkWare, nothing-up-my-sleeve constants). */
export const PEDERSEN_POINTS: readonly CurvePoint[] = [
  {
    x: 0x49ee3eba8c1600700ee1b87eb599f16716b0b1022947733551fde4050ca6804n,
    y: 0x3ca0cfe4b3bc6ddf346d49d06ea0ed34e621062c0e056c1d0405d266e10268an,
  },
  {
    x: 0x234287dcbaffe7f969c748655fca9e58fa8120b6d56eb0c1080d17957ebe47bn,
    y: 0x3b056f100f96fb21e889527d41f4e39940135dd7a6c94cc6ed0268ee89e5615n,
  },
  {
    x: 0x4fa56f376c83db33f9dab2656558f3399099ec1de5e3018b7a6932dba8aa378n,
    y: 0x3fa0984c931c9e38113e0c0e47e4401562761f92a7a23b45168f4e80ff5b54dn,
  },
  {
    x: 0x4ba4cc166be8dec764910f75b45f74b40c690c74709e90f3aa372f0bd2d6997n,
    y: 0x40301cf5c1751f4b971e46c4ede85fcac5c59a5ce5ae7c48151f27b24b219cn,
  },
  {
    x: 0x54302dcb0e6cc1c6e44cca8f61a63bb2ca65048d53fb325d36ff12c49a58202n,
    y: 0x1b77b3e37d13504b348046268d8ae25ce98ad783c25561a879dcc77e99c2426n,
  },
];
