import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WalEntry } from '@stackctl/consensus';
import { afterAll, describe, expect, it } from 'vitest';
import { HeightLog } from '../../src/consensus/height-log.ts';
import { valueIdOf } from '../../src/consensus/value-id.ts';
import { WalFile } from '../../src/consensus/wal-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'stackctl-wal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEADER = 20;
let files = 0;
const newPath = (): string => join(folder, `${files++}.wal`);
const texts = (records: readonly Uint8Array[]): string[] =>
  records.map((record) => Buffer.from(record).toString());

function written(...payloads: readonly string[]): { path: string; bytes: Buffer } {
  const path = newPath();
  const { file } = WalFile.open(path, 7);
  for (const payload of payloads) file.append(Buffer.from(payload));
  file.close();
  return { path, bytes: readFileSync(path) };
}

function reopened(path: string, bytes: Uint8Array, generation = 7): string[] {
  writeFileSync(path, bytes);
  const { file, records } = WalFile.open(path, generation);
  file.close();
  return texts(records);
}

describe('write-ahead log', () => {
  const payloads = ['first', 'second record', 'third'];

  it('gives back what was appended, and nothing after a reset', () => {
    const { path, bytes } = written(...payloads);
    expect(reopened(path, bytes)).toEqual(payloads);
    const { file } = WalFile.open(path, 7);
    file.reset(8);
    file.append(Buffer.from('next height'));
    file.close();
    expect(reopened(path, readFileSync(path), 8)).toEqual(['next height']);
    expect(reopened(path, readFileSync(path), 7)).toEqual([]);
    expect(reopened(path, readFileSync(path), 9)).toEqual([]);
  });

  it('cut at any byte, it holds the whole records before, and goes on', () => {
    const { path, bytes } = written(...payloads);
    const ends = payloads.map((_, i) =>
      payloads.slice(0, i + 1).reduce((sum, text) => sum + HEADER + text.length, 0),
    );
    for (let cut = 0; cut <= bytes.length; cut++) {
      const whole = payloads.filter((_, i) => (ends[i] as number) <= cut);
      expect(reopened(path, bytes.subarray(0, cut))).toEqual(whole);
      const { file } = WalFile.open(path, 7);
      file.append(Buffer.from('more'));
      file.close();
      expect(reopened(path, readFileSync(path))).toEqual([...whole, 'more']);
    }
  });

  it('any flipped bit of the last record makes it torn', () => {
    const { path, bytes } = written(...payloads);
    const last = bytes.length - HEADER - 'third'.length;
    for (let bit = last * 8; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(reopened(path, changed)).toEqual(payloads.slice(0, 2));
    }
  });

  it('any flipped bit before the last record is refused: votes were lost', () => {
    const { path, bytes } = written(...payloads);
    const last = bytes.length - HEADER - 'third'.length;
    for (let bit = 0; bit < last * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      writeFileSync(path, changed);
      expect(() => WalFile.open(path, 7)).toThrow(
        expect.objectContaining({ code: 'STORE_CORRUPT' }),
      );
    }
  });

  it('says what is wrong with the disk', () => {
    expect(() => WalFile.open(join(folder, 'no', 'such', 'folder'), 7)).toThrow(
      expect.objectContaining({ code: 'DISK' }),
    );
  });
});

describe('log of a height', () => {
  const network = new Uint8Array(32).fill(1);
  const value = Buffer.from('a block');
  const valueId = valueIdOf(value);
  const signature = new Uint8Array(64).fill(3);
  const polka: WalEntry = {
    type: 'polka',
    certificate: { kind: 'prevote', height: 5, round: 0, valueId, signatures: [] },
  };
  const precommit: WalEntry = {
    type: 'message',
    message: {
      type: 'vote',
      kind: 'precommit',
      height: 5,
      round: 0,
      valueId,
      validator: 0,
      signature,
    },
  };

  function logged(): string {
    const dataDir = mkdtempSync(join(folder, 'log-'));
    const { log } = HeightLog.open(dataDir, network, 5);
    log.append([polka, precommit], () => value);
    log.append([polka], () => value);
    log.close();
    return dataDir;
  }

  it('gives back entries, and each value once', () => {
    const { log, logged: found } = HeightLog.open(logged(), network, 5);
    log.close();
    expect(found.entries).toEqual([polka, precommit, polka]);
    expect(texts(found.values)).toEqual(['a block']);
  });

  it.each([
    ['another height', network, 6],
    ['another network', new Uint8Array(32), 5],
  ])('gives nothing of %s', (_what, ownNetwork, height) => {
    const { log, logged: found } = HeightLog.open(logged(), ownNetwork, height);
    log.close();
    expect(found).toEqual({ entries: [], values: [] });
  });
});
