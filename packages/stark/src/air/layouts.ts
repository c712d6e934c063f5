// The layouts: what can be said of them without their tables.
import type { SegmentName } from '@stackctl/types';
import type { Air } from './air.ts';
import { BITWISE } from './bitwise.ts';
import type { BuiltinSize } from './builtin.ts';
import { EC_OP } from './ec-op.ts';
import { makeFull } from './full.ts';
import { LITE } from './lite.ts';
import { ADD_MOD, MUL_MOD } from './modulo.ts';
import { PEDERSEN } from './pedersen.ts';
import { POSEIDON } from './poseidon.ts';
import { RANGE_CHECK, RANGE_CHECK96 } from './range-check.ts';

export interface Layout {
  readonly name: string;
  /** In the header of proofs. */
  readonly code: number;
  /** log2 of its longest period. */
  readonly minimalLogSteps: number;
  /** In the order of the AIR. */
  readonly builtins: readonly BuiltinSize[];
}

const FULL = [RANGE_CHECK, PEDERSEN, BITWISE, POSEIDON, RANGE_CHECK96, EC_OP] as const;

/** From the cheapest to the one that can do most. */
export const LAYOUTS = [
  { name: 'lite', code: 1, minimalLogSteps: 8, builtins: [RANGE_CHECK] },
  {
    name: 'full',
    code: 2,
    minimalLogSteps: 11,
    builtins: FULL,
  },
  // Apart from `full`, so that runs without circuits, nearly all, do not pay for their columns.
  { name: 'mods', code: 3, minimalLogSteps: 11, builtins: [...FULL, MUL_MOD, ADD_MOD] },
] as const satisfies readonly Layout[];
export type LayoutName = (typeof LAYOUTS)[number]['name'];

/** The layout of that name. */
export function layoutOf(name: string): (Layout & { readonly name: LayoutName }) | undefined {
  return LAYOUTS.find((layout) => layout.name === name);
}

/** The cheapest layout that has all these builtins; undefined if none has. */
export function layoutFor(
  used: readonly SegmentName[],
): (Layout & { readonly name: LayoutName }) | undefined {
  return LAYOUTS.find(({ builtins }) =>
    used.every((name) => builtins.some((builtin) => builtin.name === name)),
  );
}

const airs = new Map<LayoutName, Air>([['lite', LITE]]);

/** The AIR of a layout; those with Pedersen's table are made when they are first asked for. */
export function airOf(name: LayoutName): Air {
  const known = airs.get(name);
  if (known !== undefined) return known;
  const made = makeFull(name === 'mods' ? 'mods' : 'full');
  airs.set(name, made);
  return made;
}
