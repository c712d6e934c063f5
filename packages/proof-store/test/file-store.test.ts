import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proofNames } from '@stackctl/block-proof/proof-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileProofStore } from '../src/file-store.ts';

let folder: string;
let store: FileProofStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proofs-'));
  store = new FileProofStore(join(folder, 'proofs'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { proof, publicInputs } = proofNames(0xb10cn);

describe('FileProofStore', () => {
  it('names objects after the block', () => {
    expect(proof).toBe('0xb10c-proof');
    expect(publicInputs).toBe('0xb10c-public_inputs');
  });

  it('keeps, replaces and lists objects, and leaves no other file', async () => {
    expect(await store.get(proof)).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await store.put(proof, new Uint8Array([1, 2, 3]));
    await store.put(proof, new Uint8Array([4]));
    expect(await store.get(proof)).toEqual(new Uint8Array([4]));
    expect(await store.has(proof)).toBe(true);
    expect(await store.has(publicInputs)).toBe(false);
    expect(await store.list()).toEqual([proof]);
    expect(readdirSync(store.folder)).toEqual([proof]);
  });

  it('refuses names that are paths', async () => {
    for (const name of ['../x', '0x1-proof/..', '0X1-proof', '/etc/passwd', '0x1-other']) {
      await expect(store.put(name, new Uint8Array())).rejects.toThrow(RangeError);
      await expect(store.get(name)).rejects.toThrow(RangeError);
    }
  });

  it('fails with DISK when the folder is no folder', async () => {
    writeFileSync(join(folder, 'file'), '');
    const broken = new FileProofStore(join(folder, 'file'));
    await expect(broken.put(proof, new Uint8Array())).rejects.toMatchObject({ code: 'DISK' });
    await expect(broken.get(proof)).rejects.toMatchObject({ code: 'DISK' });
  });
});
