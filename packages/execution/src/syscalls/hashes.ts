import { keccakF } from '@stackctl/crypto';
import { ExecutionAbort } from '../abort.ts';
import { ERRORS } from '../constants.ts';
import { array, felt } from './cells.ts';
import { sha256Compress } from './sha256.ts';
import { feltsAt, type Syscall } from './syscall.ts';

/** 64-bit words that one round of Keccak-256 absorbs. */
const RATE_WORDS = 17;
const NO_WORD = 'Invalid input for the keccak syscall: a word has more than 64 bits.';

/** Keccak-256 of already padded 64-bit little-endian words; answers a u256, also little-endian. */
export const keccak: Syscall = {
  name: 'Keccak',
  request: ['range'],
  length: (request) => rounds(feltsAt(request, 0)),
  run(_call, request) {
    const words = feltsAt(request, 0);
    if (words.some((word) => word >> 64n !== 0n)) throw new ExecutionAbort(NO_WORD);
    if (words.length % RATE_WORDS !== 0) return { failure: [ERRORS.invalidInputLength] };
    const state = new BigUint64Array(25);
    for (let start = 0; start < words.length; start += RATE_WORDS) {
      for (let i = 0; i < RATE_WORDS; i++) {
        state[i] = (state[i] as bigint) ^ (words[start + i] as bigint);
      }
      keccakF(state);
    }
    const [w0, w1, w2, w3] = state as unknown as [bigint, bigint, bigint, bigint];
    return { cells: [felt((w1 << 64n) | w0), felt((w3 << 64n) | w2)] };
  },
};

/** Words that do not fill their last round are refused, at no more than the base. */
function rounds(words: readonly bigint[]): number {
  return words.length % RATE_WORDS === 0 ? words.length / RATE_WORDS : 0;
}

/** One compression of SHA-256: state of 8 words, block of 16, all of 32 bits. */
export const sha256ProcessBlock: Syscall = {
  name: 'Sha256ProcessBlock',
  request: [8, 16],
  run(_call, request) {
    const [state, block] = [feltsAt(request, 0), feltsAt(request, 1)];
    if ([...state, ...block].some((word) => word >> 32n !== 0n)) {
      return { failure: [ERRORS.invalidArgument] };
    }
    const next = sha256Compress(state.map(Number), block.map(Number));
    return { cells: [array(next.map(BigInt))] };
  },
};
