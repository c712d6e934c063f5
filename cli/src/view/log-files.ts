import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reads `[from, to)` of a file; shorter when the file is. */
export function readRange(path: string, from: number, to: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, to - from));
    let at = 0;
    while (at < buffer.length) {
      const read = readSync(file, buffer, at, buffer.length - at, from + at);
      if (read === 0) break;
      at += read;
    }
    return buffer.subarray(0, at);
  } finally {
    closeSync(file);
  }
}

/** Length in bytes; 0 when there is no such file. */
export function sizeOf(path: string): number {
  try {
    const file = openSync(path, 'r');
    try {
      return fstatSync(file).size;
    } finally {
      closeSync(file);
    }
  } catch {
    return 0;
  }
}

/** The last `count` lines before byte `end` of a file (default: all of it); none when it is absent. */
export function tailLines(path: string, count: number, end?: number): string[] {
  const size = end ?? sizeOf(path);
  let from = size;
  let text = '';
  while (from > 0 && text.split('\n').length <= count + 1) {
    from = Math.max(0, size - Math.max(16_384, (size - from) * 4));
    text = readRange(path, from, size).toString('utf8');
  }
  const lines = text.split('\n');
  if (from > 0) lines.shift(); // cut off at its start
  if (lines.at(-1) === '') lines.pop();
  return count === 0 ? [] : lines.slice(-count);
}
