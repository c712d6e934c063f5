import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { atomicWriteSync } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';

/**
 * An append-only file of JSON lines: an entry that `append` returned from survives a kill and a power
 * cut. A last line that was cut off while it was written is dropped when the file is opened.
 */
export class Journal<T> {
  readonly path: string;
  #file: number;
  /** Lines in the file. */
  #lines: number;

  private constructor(path: string, file: number, lines: number) {
    this.path = path;
    this.#file = file;
    this.#lines = lines;
  }

  /** Opens or makes the file, and returns what it holds. Fails with STORE_CORRUPT or DISK. */
  static open<T>(path: string, parse: (entry: unknown) => T | undefined) {
    const text = readText(path);
    const whole = text.lastIndexOf('\n') + 1;
    const lines = text.slice(0, whole).split('\n').slice(0, -1);
    const entries = lines.map((line, index) => {
      const entry = parseLine(line, parse);
      if (entry === undefined)
        throw new StackError('STORE_CORRUPT', { path, reason: `line ${index + 1} is no entry` });
      return entry;
    });
    const file = attempt(path, () => {
      const opened = openSync(path, 'a+');
      ftruncateSync(opened, Buffer.byteLength(text.slice(0, whole)));
      return opened;
    });
    return { journal: new Journal<T>(path, file, lines.length), entries };
  }

  get length(): number {
    return this.#lines;
  }

  /** Adds entries as one write and one fsync. */
  append(...entries: readonly T[]): void {
    if (entries.length === 0) return;
    const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    attempt(this.path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      fsyncSync(this.#file);
    });
    this.#lines += entries.length;
  }

  /** Replaces the whole file as one step. */
  rewrite(entries: readonly T[]): void {
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    atomicWriteSync(this.path, text);
    attempt(this.path, () => {
      closeSync(this.#file);
      this.#file = openSync(this.path, 'a+');
    });
    this.#lines = entries.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw disk(path, error);
  }
}

function parseLine<T>(line: string, parse: (entry: unknown) => T | undefined): T | undefined {
  try {
    return parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function attempt<R>(path: string, work: () => R): R {
  try {
    return work();
  } catch (error) {
    throw disk(path, error);
  }
}

function disk(path: string, error: unknown): StackError<'DISK'> {
  const reason = error instanceof Error ? error.message : String(error);
  return new StackError('DISK', { path, reason }, { cause: error });
}
