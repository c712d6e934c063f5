import { mkdirSync } from 'node:fs';
import { StackError } from '@stackctl/types';
import { ClassicLevel } from 'classic-level';

/**
 * One change: a value to put, or undefined to remove the key. Only old values of the state are ever
 * removed: blocks are final.
 */
export type Put = readonly [key: string, value: Uint8Array | undefined];

/** An ordered key-value store with synchronous reads (execution is synchronous). */
export interface Database {
  get(key: string): Uint8Array | undefined;
  /** All changes or none; on disk when the promise resolves. */
  write(puts: readonly Put[]): Promise<void>;
  /** Keys in `[from, to]`, ascending, at most `limit`. */
  keys(from: string, to: string, limit: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Opens the store in `path`, made when absent.
 *
 * Throws DISK when the folder cannot be used (another process has it open, no space, no rights),
 * STORE_CORRUPT when LevelDB finds its files damaged.
 */
export async function openDatabase(path: string): Promise<Database> {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new StackError('DISK', { path, reason: reasonOf(error) }, { cause: error });
  }
  const level = new ClassicLevel<string, Uint8Array>(path, {
    keyEncoding: 'utf8',
    valueEncoding: 'view',
    cacheSize: 16 << 20,
    writeBufferSize: 8 << 20,
  });
  try {
    await level.open();
  } catch (error) {
    const code = codeOf(error);
    const reason = reasonOf(error);
    throw code === 'LEVEL_CORRUPTION'
      ? new StackError('STORE_CORRUPT', { path, reason }, { cause: error })
      : new StackError('DISK', { path, reason }, { cause: error });
  }
  return {
    get(key) {
      const value = level.getSync(key);
      // LevelDB's binding gives Buffers, whose `slice` is not that of other byte arrays.
      return value && new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    },
    async write(puts) {
      try {
        await level.batch(
          puts.map(([key, value]) =>
            value === undefined ? { type: 'del', key } : { type: 'put', key, value },
          ),
          { sync: true },
        );
      } catch (error) {
        throw new StackError('DISK', { path, reason: reasonOf(error) }, { cause: error });
      }
    },
    keys: (from, to, limit) => level.keys({ gte: from, lte: to, limit }).all(),
    close: () => level.close(),
  };
}

/** abstract-level wraps what LevelDB says as the cause of LEVEL_DATABASE_NOT_OPEN. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function codeOf(error: unknown): string | undefined {
  const cause = causeOf(error);
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
}

function reasonOf(error: unknown): string {
  const cause = causeOf(error);
  return cause instanceof Error ? cause.message : String(cause);
}
