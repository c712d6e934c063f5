import { hash } from 'node:crypto';
import type { Felt } from '@stackctl/types';
import { type CheckedClass, unpackClass } from './packed-class.ts';

/** A class with the bytes that it travels as. */
export interface PackedClass extends CheckedClass {
  readonly packed: Uint8Array;
}

/**
 * The classes that this node checked last, by the digest of their bytes: one is unpacked and hashed
 * once, though it comes by gossip, in proposals of several rounds, and when its block is built. Two
 * bodies of one class hash are two entries.
 */
export interface ClassCache {
  /** The class in these bytes. Throws CLASS_MALFORMED. */
  open(packed: Uint8Array): PackedClass;
  keep(checked: PackedClass): void;
  /** One that was checked lately and that a declare of these hashes may name. */
  find(classHash: Felt, compiledClassHash: Felt): PackedClass | undefined;
}

/** Unpacked, a class takes some twenty times its packed bytes. */
const MAX_PACKED_BYTES = 6 << 20;

/** `capacity`: classes kept, as long as they are not too large together; the newest always is. */
export function createClassCache(capacity = 64): ClassCache {
  const byDigest = new Map<string, PackedClass>();
  let bytes = 0;

  const forget = (digest: string): void => {
    bytes -= byDigest.get(digest)?.packed.length ?? 0;
    byDigest.delete(digest);
  };
  const keep = (digest: string, checked: PackedClass): void => {
    forget(digest);
    byDigest.set(digest, checked);
    bytes += checked.packed.length;
    for (const oldest of byDigest.keys()) {
      if (byDigest.size <= 1 || (byDigest.size <= capacity && bytes <= MAX_PACKED_BYTES)) break;
      forget(oldest);
    }
  };
  return {
    open(packed) {
      const digest = hash('sha256', packed);
      const opened = byDigest.get(digest) ?? { ...unpackClass(packed), packed };
      keep(digest, opened);
      return opened;
    },
    keep: (checked) => keep(hash('sha256', checked.packed), checked),
    find: (classHash, compiledClassHash) =>
      [...byDigest.values()].find(
        (each) => each.classHash === classHash && each.compilesTo(compiledClassHash),
      ),
  };
}
