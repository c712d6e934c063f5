import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectName, type ProofStore } from '@stackctl/block-proof/proof-store';
import { atomicWrite } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';

/** Proofs as files of one folder, which is made when the first is written. Fails with DISK. */
export class FileProofStore implements ProofStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await atomicWrite(this.#path(name), bytes);
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const path = this.#path(name);
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw this.#failure(error);
    }
  }

  async has(name: string): Promise<boolean> {
    const path = this.#path(name);
    try {
      await access(path);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw this.#failure(error);
    }
  }

  async list(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter(isObjectName);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw this.#failure(error);
    }
  }

  /** There is nothing to agree on beforehand: the folder is made when it is needed. */
  async check(): Promise<void> {
    await this.list();
  }

  #path(name: string): string {
    if (!isObjectName(name)) throw new RangeError(`${JSON.stringify(name)} names no proof object`);
    return join(this.folder, name);
  }

  #failure(error: unknown): StackError<'DISK'> {
    const reason = error instanceof Error ? error.message : String(error);
    return new StackError('DISK', { path: this.folder, reason }, { cause: error });
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT';
}
