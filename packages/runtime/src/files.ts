import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StackError } from '@stackctl/types';

export interface WriteOptions {
  /** Permission bits; 0o644 when absent. Keys want 0o600. */
  readonly mode?: number;
}

/** The reason of a failed system call in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a failed system call ("ENOENT"); undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** A name beside `path`, so that the rename stays on one file system. */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/**
 * Replaces a file as one step: readers see the old contents or the new ones, after a power cut too
 * (write beside it, fsync, rename, fsync of the folder). Creates the folder. Fails with DISK.
 */
export async function atomicWrite(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx', options.mode ?? 0o644);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // its folder may be the trouble
    throw new StackError('DISK', { path, reason: reasonOf(error) }, { cause: error });
  }
}

/** `atomicWrite` for code that must not yield. */
export function atomicWriteSync(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): void {
  const temporary = temporaryName(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, 'wx', options.mode ?? 0o644);
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // its folder may be the trouble
    }
    throw new StackError('DISK', { path, reason: reasonOf(error) }, { cause: error });
  }
}

/**
 * The JSON in a file; undefined when there is no such file. Text that is no JSON is STORE_CORRUPT, a
 * file that cannot be read DISK. The caller checks the shape: `T` is a promise, not a check.
 */
export function readJson<T = unknown>(path: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new StackError('DISK', { path, reason: reasonOf(error) }, { cause: error });
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new StackError('STORE_CORRUPT', { path, reason: reasonOf(error) }, { cause: error });
  }
}
