import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { StackError } from '@stackctl/types';

/** Checksum, space, JSON, newline. */
const LINE = /^([0-9a-f]{8}) (.*)$/;

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

function parseLine(line: string): unknown {
  const [, sum, json] = LINE.exec(line) ?? [];
  if (json === undefined || sum !== checksum(json)) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function onDisk<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StackError('DISK', { path, reason }, { cause: error });
  }
}

/**
 * An append-only file of JSON records, one checked line each. An append is on disk when it returns.
 * A torn last line (the process or the machine died while writing it) was never acknowledged: it
 * is cut off. A bad line with good ones behind it is damage, and refused.
 */
export class Journal<T> {
  readonly path: string;
  /** What the file held when it was opened. */
  readonly records: readonly T[];
  /** Bytes of a torn last line that were cut off. */
  readonly tornBytes: number;
  readonly #file: number;

  /** @throws StackError STORE_CORRUPT, DISK */
  constructor(path: string) {
    this.path = path;
    const text = onDisk(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    });
    const records: T[] = [];
    let end = 0;
    while (end < text.length) {
      const newline = text.indexOf('\n', end);
      const record = newline < 0 ? undefined : parseLine(text.toString('utf8', end, newline));
      if (record === undefined) break;
      records.push(record as T);
      end = newline + 1;
    }
    // One write makes one line, so that a torn write leaves at most one newline: at the very end.
    const next = text.indexOf('\n', end);
    if (next >= 0 && next < text.length - 1) {
      throw new StackError('STORE_CORRUPT', {
        path,
        reason: `record ${records.length} is damaged, and more records follow it`,
      });
    }
    this.records = records;
    this.tornBytes = text.length - end;
    this.#file = onDisk(path, () => {
      const file = openSync(path, 'a');
      if (this.tornBytes > 0) ftruncateSync(file, end);
      fsyncSync(file);
      const folder = openSync(dirname(path), 'r');
      fsyncSync(folder);
      closeSync(folder);
      return file;
    });
  }

  /** Writes a record through to the disk. @throws StackError DISK */
  append(record: T): void {
    const json = JSON.stringify(record);
    const line = Buffer.from(`${checksum(json)} ${json}\n`);
    onDisk(this.path, () => {
      for (let at = 0; at < line.length; ) at += writeSync(this.#file, line, at);
      fdatasyncSync(this.#file);
    });
  }

  close(): void {
    closeSync(this.#file);
  }
}
