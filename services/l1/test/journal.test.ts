import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStackError } from '@stackctl/types';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from '../src/journal.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'deep', 'journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(records: readonly unknown[]): Buffer {
  rmSync(path, { force: true });
  const journal = new Journal<unknown>(path);
  for (const record of records) journal.append(record);
  journal.close();
  return readFileSync(path);
}

function read(): { records: readonly unknown[]; tornBytes: number } {
  const journal = new Journal<unknown>(path);
  journal.close();
  return journal;
}

const RECORDS = [{ a: 1 }, { text: 'naïve\nline — 行' }, [], 'x'.repeat(5000), { last: true }];

describe('Journal', () => {
  test('begins empty and gives back what was appended', () => {
    expect(write([]).length).toBe(0);
    write(RECORDS);
    expect(read().records).toEqual(RECORDS);
  });

  test('goes on where it ended', () => {
    write(RECORDS);
    const journal = new Journal<unknown>(path);
    journal.append('more');
    journal.close();
    expect(read().records).toEqual([...RECORDS, 'more']);
  });

  test('cut anywhere, keeps the whole records in front of the cut, and goes on', () => {
    const bytes = write(RECORDS);
    const ends = RECORDS.map((_, i) => write(RECORDS.slice(0, i + 1)).length);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (length) => {
        writeFileSync(path, bytes);
        truncateSync(path, length);
        const whole = ends.filter((end) => end <= length).length;
        const found = read();
        expect(found.records).toEqual(RECORDS.slice(0, whole));
        expect(found.tornBytes).toBe(length - (ends[whole - 1] ?? 0));
        const journal = new Journal<unknown>(path);
        journal.append('after');
        journal.close();
        expect(read().records).toEqual([...RECORDS.slice(0, whole), 'after']);
      }),
      { numRuns: 60 },
    );
  });

  test('cuts off a last line of garbage', () => {
    write(RECORDS);
    appendFileSync(path, '00000000 {"a":2}\n');
    expect(read()).toMatchObject({ records: RECORDS, tornBytes: 17 });
    expect(read().tornBytes).toBe(0);
  });

  test('refuses damage in front of good records', () => {
    const bytes = write(RECORDS);
    const lastLine = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: lastLine - 2 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const damaged = Buffer.from(bytes);
          damaged[at] = (damaged[at] ?? 0) ^ flip;
          writeFileSync(path, damaged);
          try {
            read();
          } catch (error) {
            expect(isStackError(error, 'STORE_CORRUPT')).toBe(true);
            expect(readFileSync(path)).toEqual(damaged);
            return;
          }
          throw new Error('not refused');
        },
      ),
      { numRuns: 60 },
    );
  });
});
