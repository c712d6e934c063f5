// Points of the Stark curve, canonical: x then y, 32 bytes each, as four little-endian words.

/**
 * The points of the Pedersen hash, P0 (the shift) to P4: x is the first digits of pi that give a
 * point, as StarkWare's `nothing_up_my_sleeve_gen.py` draws them.
 */
export const PEDERSEN_POINTS: usize = memory.data<u64>([
  // P0
  0x551fde4050ca6804, 0x716b0b1022947733, 0x00ee1b87eb599f16, 0x049ee3eba8c16007,
  0xd0405d266e10268a, 0x4e621062c0e056c1, 0xf346d49d06ea0ed3, 0x03ca0cfe4b3bc6dd,
  // P1
  0x1080d17957ebe47b, 0x8fa8120b6d56eb0c, 0x969c748655fca9e5, 0x0234287dcbaffe7f,
  0x6ed0268ee89e5615, 0x940135dd7a6c94cc, 0x1e889527d41f4e39, 0x03b056f100f96fb2,
  // P2
  0xb7a6932dba8aa378, 0x99099ec1de5e3018, 0x3f9dab2656558f33, 0x04fa56f376c83db3,
  0x5168f4e80ff5b54d, 0x562761f92a7a23b4, 0x8113e0c0e47e4401, 0x03fa0984c931c9e3,
  // P3
  0x3aa372f0bd2d6997, 0x40c690c74709e90f, 0x764910f75b45f74b, 0x04ba4cc166be8dec,
  0x48151f27b24b219c, 0xcac5c59a5ce5ae7c, 0x4b971e46c4ede85f, 0x0040301cf5c1751f,
  // P4
  0xd36ff12c49a58202, 0x2ca65048d53fb325, 0x6e44cca8f61a63bb, 0x054302dcb0e6cc1c,
  0x879dcc77e99c2426, 0xce98ad783c25561a, 0xb348046268d8ae25, 0x01b77b3e37d13504,
]);

/** The generator of ECDSA. */
export const GENERATOR: usize = memory.data<u64>([
  0x3d723d8bc943cfca, 0xdeacfd9b0d1819e0, 0x7beced415a40f0c7, 0x01ef15c18599971b,
  0x2873000c36e8dc1f, 0xde53ecd11abe43a3, 0xb7be4801df46ec62, 0x005668060aa49730,
]);

/** beta of y^2 = x^3 + x + beta. */
export const BETA: usize = memory.data<u64>([
  0xf4cdfcb99cee9e89, 0x609ad26c15c915c1, 0x150e596d72f7a8c5, 0x06f21413efbe40de,
]);

/** The curve's order N as 30-bit limbs, and its inverse mod 2^30 (see scalar-invert.ts). */
export const ORDER_MODULUS: usize = memory.data<i32>([
  767970607, 966428934, 779821857, 541367154, 1073741751, 1073741823, 69631, 0, 2048, 390207951,
]);
