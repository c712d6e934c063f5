import { decodeStatement, encodeStatement } from '@stackctl/stark/verifier';
import { type AbsentBuiltin, type SegmentName, StackError } from '@stackctl/types';
import type { ProgramProof } from './program-proof.ts';

/*
 * The file: "STKC", version; then, integers little-endian,
 *   u32 start, u32 end, u8 count and as many texts (builtins),
 *   u32 length and the statement's canonical bytes, u32 length and the proof,
 *   u32 steps, u8 count and as many (text, u32 ms) (notes).
 * A text is a u8 length and as many characters of [a-z0-9_]. Nothing may be left over.
 */
const MAGIC = [0x53, 0x54, 0x4b, 0x43] as const;
const VERSION = 1;
const TEXT = /^[a-z0-9_]{1,32}$/;
const KNOWN_BUILTINS: readonly string[] = [
  'output',
  'pedersen',
  'range_check',
  'bitwise',
  'ec_op',
  'poseidon',
  'range_check96',
  'add_mod',
  'mul_mod',
  'ecdsa',
  'keccak',
] satisfies Array<SegmentName | AbsentBuiltin>;

function refuse(reason: string): never {
  throw new StackError('PROOF_REJECTED', { reason });
}

/** Whether a file begins as a program's proof does, of whatever version. */
export function isProgramProof(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

export function encodeProgramProof({ shape, statement, proof, notes }: ProgramProof): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(...MAGIC, VERSION)];
  const u32 = (value: number) => {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32)
      throw new RangeError(`${value} is not a u32`);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    parts.push(bytes);
  };
  const text = (value: string) => {
    if (!TEXT.test(value)) throw new RangeError(`${JSON.stringify(value)} is no name`);
    parts.push(Uint8Array.of(value.length), new TextEncoder().encode(value));
  };
  u32(shape.start);
  u32(shape.end);
  parts.push(Uint8Array.of(shape.builtins.length));
  shape.builtins.forEach(text);
  for (const bytes of [encodeStatement(statement), proof]) {
    u32(bytes.length);
    parts.push(bytes);
  }
  u32(notes.steps);
  parts.push(Uint8Array.of(notes.timings.length));
  for (const [phase, ms] of notes.timings) {
    text(phase);
    u32(Math.round(ms));
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Reads a file; only what `encodeProgramProof` would write is taken.
 *
 * @throws StackError PROOF_REJECTED with what is wrong with it
 */
export function decodeProgramProof(bytes: Uint8Array): ProgramProof {
  if (!isProgramProof(bytes)) refuse("not a program's proof");
  if (bytes[4] !== VERSION) refuse(`format ${bytes[4]} of a program's proof, not ${VERSION}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 5;
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) refuse('the file is truncated');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const u8 = () => take(1)[0] as number;
  const u32 = () => {
    take(4);
    return view.getUint32(at - 4, true);
  };
  const text = () => {
    const value = String.fromCharCode(...take(u8()));
    if (!TEXT.test(value)) refuse('a name in the file is none');
    return value;
  };
  const start = u32();
  const end = u32();
  const builtins = Array.from({ length: u8() }, () => {
    const name = text();
    if (!KNOWN_BUILTINS.includes(name)) refuse(`unknown builtin ${name}`);
    return name as SegmentName | AbsentBuiltin;
  });
  if (new Set(builtins).size !== builtins.length) refuse('a builtin stands there twice');
  const statement = decodeStatement(take(u32()));
  if (statement === undefined) refuse('the statement is not in its canonical encoding');
  const proof = take(u32()).slice();
  const steps = u32();
  const timings = Array.from({ length: u8() }, () => [text(), u32()] as const);
  if (at !== bytes.length) refuse('bytes are left over behind the proof');
  return { shape: { builtins, start, end }, statement, proof, notes: { steps, timings } };
}
