// Keccak-256 as Ethereum uses it (rate 136 bytes, padding 0x01 ... 0x80), one message at a time.
import { permute } from '../build/assembly/keccak-f';

const RATE: usize = 136;
const STATE: usize = memory.data(200, 16);

/** out = keccak256(bytes[0..length)), 32 bytes. `out` may overlap the input. */
export function keccak256(out: usize, bytes: usize, length: usize): void {
  memory.fill(STATE, 0, 200);
  while (length >= RATE) {
    for (let i: usize = 0; i < RATE; i += 8) {
      store<u64>(STATE + i, load<u64>(STATE + i) ^ load<u64>(bytes + i));
    }
    bytes += RATE;
    length -= RATE;
    permute(STATE);
  }
  for (let i: usize = 0; i < length; i++)
    store<u8>(STATE + i, load<u8>(STATE + i) ^ load<u8>(bytes + i));
  store<u8>(STATE + length, load<u8>(STATE + length) ^ 1);
  store<u8>(STATE, load<u8>(STATE, RATE - 1) ^ 0x80, RATE - 1);
  permute(STATE);
  memory.copy(out, STATE, 32);
}
