import { verify as referenceVerify, Signature } from '@scure/starknet';
import { CURVE_ORDER, verify } from '@stackctl/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlockSigner } from '../src/feeder/block-signer.ts';

const seed = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const blockHash = fc.bigInt(0n, (1n << 251n) - 1n);

describe('signatures of blocks for the feeder gateway', () => {
  it('are good for the public key of the same node, and of no other', () => {
    fc.assert(
      fc.property(seed, seed, blockHash, (mine, other, hash) => {
        const signer = createBlockSigner(mine);
        const { r, s } = signer.sign(hash);
        expect(verify(signer.publicKey, hash, r, s)).toBe(true);
        expect(verify(signer.publicKey, hash ^ 1n, r, s)).toBe(false);
        if (mine !== other)
          expect(verify(createBlockSigner(other).publicKey, hash, r, s)).toBe(false);
      }),
      { numRuns: 5 },
    );
  });

  it('are the same every time, and what others verify', () => {
    const signer = createBlockSigner('11'.repeat(32));
    const hash = 0x1234567890abcdefn;
    const { r, s } = signer.sign(hash);
    expect(createBlockSigner('11'.repeat(32)).sign(hash)).toEqual({ r, s });
    expect(s).toBeLessThan(CURVE_ORDER);
    const hex = (value: bigint) => value.toString(16).padStart(64, '0');
    const keys = ['02', '03'].map((sign) => sign + hex(signer.publicKey));
    // The reference wants a whole point: one of the two of this abscissa is the key.
    const good = keys.map((key) => referenceVerify(new Signature(r, s), hex(hash), key));
    expect(good).toContain(true);
  });
});
