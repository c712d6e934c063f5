import { expect, it } from 'vitest';
import { prove, verify } from '../src/index.ts';
import { rich } from './programs.ts';
import { run } from './stepper.ts';

const { bytes, statement } = prove(run(rich), { context: new Uint8Array(32) });

it('asks for a security level that exists', () => {
  expect(verify(bytes, statement, { minSecurityBits: Number.NaN }).ok).toBe(false);
  expect(verify(bytes, statement, { minSecurityBits: Number.POSITIVE_INFINITY }).ok).toBe(false);
  expect(verify(bytes, statement, { minSecurityBits: 98.5 }).ok).toBe(false);
  expect(verify(bytes, statement, { minSecurityBits: 97.5 }).ok).toBe(true);
});

it('refuses what is too long without reading it', () => {
  expect(verify(new Uint8Array(9 << 20), statement)).toEqual({
    ok: false,
    reason: 'the proof is too long',
  });
});

it('takes a large statement, and works after it', () => {
  const values = Array.from({ length: 2 ** 15 }, (_, i) => BigInt(i));
  const large = { ...statement, logSteps: 15, publicMemory: [{ address: 1, values }] };
  expect(verify(bytes, large).ok).toBe(false);
  expect(verify(bytes, statement).ok).toBe(true);
});
