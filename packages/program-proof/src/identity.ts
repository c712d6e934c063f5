import { keccak256 } from '@stackctl/crypto';
import type { AbsentBuiltin, Felt, SegmentName } from '@stackctl/types';

/** How a program is entered and left; its words aside. */
export interface ProgramShape {
  /** Builtins whose pointers `main` takes and returns, in its order. */
  readonly builtins: ReadonlyArray<SegmentName | AbsentBuiltin>;
  /** Offset of `__start__`, where the run begins. */
  readonly start: number;
  /** Offset of `__end__`, the `jmp rel 0` where it ends. */
  readonly end: number;
}

export interface ProgramIdentity extends ProgramShape {
  readonly words: readonly Felt[];
}

const SHAPE_DOMAIN = 'stackctl program shape 1\n';
const PROGRAM_DOMAIN = 'stackctl program 1\n';

/** Names do not hold what separates them, so that no two shapes have one text. */
function shapeText({ builtins, start, end }: ProgramShape): string {
  return `${builtins.join(',')}\n${start}\n${end}\n`;
}

/** The 32 bytes that a program's proof is bound to; its words are in the statement beside them. */
export function contextOf(shape: ProgramShape): Uint8Array {
  return keccak256(new TextEncoder().encode(SHAPE_DOMAIN + shapeText(shape)));
}

/** What names a program: the digest of its builtins, labels and words, in hex. */
export function programHash(program: ProgramIdentity): string {
  const head = new TextEncoder().encode(PROGRAM_DOMAIN + shapeText(program));
  const bytes = new Uint8Array(head.length + 32 * program.words.length);
  bytes.set(head);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of program.words.entries())
    for (let limb = 0; limb < 4; limb++)
      view.setBigUint64(
        head.length + 32 * index + 8 * limb,
        BigInt.asUintN(64, word >> BigInt(64 * (3 - limb))),
      );
  return `0x${[...keccak256(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
