import { readFile } from 'node:fs/promises';
import { reasonOf, systemCode } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';

/** A file's bytes; undefined when there is none. Fails with DISK. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new StackError('DISK', { path, reason: reasonOf(error) }, { cause: error });
  }
}

/** A file that must be there. Fails with DISK. */
export async function readNamed(path: string): Promise<Uint8Array> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new StackError('DISK', { path, reason: 'no such file' });
  return bytes;
}

/** The JSON of a file that the user named. A file that is none is USAGE. */
export async function readNamedJson(path: string): Promise<unknown> {
  return parseJson(new TextDecoder().decode(await readNamed(path)), path);
}

/** The JSON of a text. A text that is none is USAGE, under the name of where it comes from. */
export function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = `${from}: not JSON: ${reasonOf(error)}`;
    throw new StackError('USAGE', { reason }, { cause: error });
  }
}
