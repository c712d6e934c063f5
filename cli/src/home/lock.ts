import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ProcessIdentity, processAlive, processIdentity, systemCode } from '@stackctl/runtime';

export interface Lock {
  release(): void;
}

function holderOf(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/**
 * Takes a lock file for this process, or says who holds it. A lock whose holder is gone is taken
 * over. The file appears whole (written aside, then linked), so a reader never sees it empty; a
 * takeover moves the old file away first, and puts it back when it was not the stale one after all.
 */
export function tryLock(path: string): Lock | { readonly heldBy: number } {
  mkdirSync(dirname(path), { recursive: true });
  const me = processIdentity(process.pid);
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(me));
  try {
    for (;;) {
      try {
        linkSync(mine, path);
        return { release: () => release(path, me) };
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
      const holder = holderOf(path);
      if (holder !== undefined && processAlive(holder)) return { heldBy: holder.pid };
      moveAway(path, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function moveAway(path: string, stale: ProcessIdentity | undefined): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return; // another process was quicker
    throw error;
  }
  const moved = holderOf(aside);
  if (moved !== undefined && (moved.pid !== stale?.pid || moved.startTime !== stale.startTime)) {
    try {
      linkSync(aside, path); // it was somebody's live lock: put it back
    } catch {
      // a third one has it by now
    }
  }
  rmSync(aside, { force: true });
}

function release(path: string, me: ProcessIdentity | undefined): void {
  const holder = holderOf(path);
  if (holder?.pid === me?.pid && holder?.startTime === me?.startTime) rmSync(path, { force: true });
}
