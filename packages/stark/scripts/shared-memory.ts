// The prover over a shared memory is the same code: what asc's --sharedMemory changes is the type of the
// imported memory, one flag of one import. So it is changed here, and not compiled a second time. The
// module needs no atomic instructions: threads meet in src/threads/crew.ts.

const IMPORT_SECTION = 2;
const MEMORY = 2;
const HAS_MAXIMUM = 1;
const SHARED_WITH_MAXIMUM = 3;

/** A module that imports a memory with a maximum, changed to import a shared one (core spec, 5.5.5). */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(module);
  let at = 8;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (length: number): void => {
    at += length;
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = leb() + at;
    if (section === IMPORT_SECTION) {
      for (let count = leb(); count > 0; count--) {
        skip(leb());
        skip(leb());
        const kind = bytes[at++];
        if (kind === MEMORY) {
          if (bytes[at] !== HAS_MAXIMUM) break;
          bytes[at] = SHARED_WITH_MAXIMUM;
          return bytes;
        }
        // A function import: its type.
        if (kind !== 0) break;
        leb();
      }
    }
    at = end;
  }
  throw new RangeError('the module imports no memory with a maximum');
}
