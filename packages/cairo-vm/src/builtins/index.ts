import type { BuiltinName } from '@stackctl/types';
import { bitwise } from './bitwise.ts';
import type { Builtin } from './builtin.ts';
import { ecOpBuiltin } from './ec-op.ts';
import { addMod, mulMod } from './modulo.ts';
import { pedersenBuiltin } from './pedersen.ts';
import { poseidonBuiltin } from './poseidon.ts';
import { rangeCheck } from './range-check.ts';
import { segmentArena } from './segment-arena.ts';

export type { Builtin } from './builtin.ts';

/** The rules of every builtin that a contract may name. */
export const BUILTINS: Readonly<Record<BuiltinName, Builtin>> = {
  pedersen: pedersenBuiltin,
  range_check: rangeCheck('range_check', 128n),
  bitwise,
  ec_op: ecOpBuiltin,
  poseidon: poseidonBuiltin,
  segment_arena: segmentArena,
  range_check96: rangeCheck('range_check96', 96n),
  add_mod: addMod,
  mul_mod: mulMod,
};
