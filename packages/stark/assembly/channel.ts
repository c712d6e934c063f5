// The transcript: Fiat-Shamir by Keccak-256, by Stone's rules (its channel, hash chain and proof of
// work), so that prover and verifier draw the same challenges.
import { keccak256 } from '../../field/assembly/keccak';
import { fromWire } from './felt';

/** digest (32) || counter (32, big-endian) or || message. */
const DIGEST: usize = memory.data(64, 16);
const BLOCK: usize = memory.data(32, 8);
const WORK: usize = memory.data(48, 8);
let counter: u64 = 0;
/** Bytes of BLOCK not yet drawn (at its end). */
let spare: usize = 0;

/** Starts with digest = keccak(seed). */
export function start(seed: usize, length: usize): void {
  keccak256(DIGEST, seed, length);
  counter = 0;
  spare = 0;
}

/**
 * The prover's message: digest = keccak((digest + 1) || message), counter = 0. `scratch`: 32 + length
 * bytes.
 */
export function mix(message: usize, length: usize, scratch: usize): void {
  memory.copy(scratch, DIGEST, 32);
  for (let i = 31; i >= 0; i--) {
    const byte = load<u8>(scratch + i) + 1;
    store<u8>(scratch + i, byte);
    if (byte & 0xff) break;
  }
  memory.copy(scratch + 32, message, length);
  keccak256(DIGEST, scratch, 32 + length);
  counter = 0;
  spare = 0;
}

function drawBlock(): void {
  memory.fill(DIGEST + 32, 0, 24);
  store<u64>(DIGEST, bswap(counter), 56);
  counter++;
  keccak256(BLOCK, DIGEST, 64);
}

/** Whether the 32 big-endian bytes are below 31 P: the multiples of P that fit evenly in 2^256. */
function isEven(bytes: usize): bool {
  const high = bswap(load<u64>(bytes));
  // 31 P = 31 * 2^251 + 527 * 2^192 + 31.
  const top: u64 = (31 << 59) + 527;
  if (high != top) return high < top;
  return (load<u64>(bytes, 8) | load<u64>(bytes, 16)) == 0 && bswap(load<u64>(bytes, 24)) < 31;
}

/** A uniform element. The bytes drawn are its Montgomery form (R = 2^256). */
export function drawFelt(out: usize): void {
  do drawBlock();
  while (!isEven(BLOCK));
  fromWire(out, BLOCK);
  spare = 0;
}

/** A number below 2^bits (at most 32), from eight bytes; what a block has left is used first. */
export function drawNumber(bits: i32): u32 {
  if (spare == 0) {
    drawBlock();
    spare = 32;
  }
  const value = bswap(load<u64>(BLOCK + 32 - spare));
  spare -= 8;
  return <u32>(value & (((<u64>1) << bits) - 1));
}

/** The prefix of proof of work: keccak(0x0123456789abcded || digest || bits), 32 bytes at `out`. */
export function workPrefix(out: usize, bits: i32): void {
  store<u32>(WORK, bswap<u32>(0x01234567));
  store<u32>(WORK, bswap<u32>(0x89abcded), 4);
  memory.copy(WORK + 8, DIGEST, 32);
  store<u8>(WORK, <u8>bits, 40);
  keccak256(out, WORK, 41);
}

/** Whether keccak(prefix || nonce) begins with `bits` zero bits. */
export function isWork(nonce: u64, bits: i32): bool {
  if (bits == 0) return true;
  workPrefix(BLOCK, bits);
  memory.copy(WORK, BLOCK, 32);
  store<u64>(WORK, bswap(nonce), 32);
  keccak256(BLOCK, WORK, 40);
  return bswap(load<u64>(BLOCK)) >> (64 - bits) == 0;
}
