// The rows of mul_mod: fill-modulo.ts.
import { COLUMN_MUL_MOD_USED } from '../../build/assembly/air-constants';
import { fillModulo } from './fill-modulo';

export function fillMulMod(begin: u32, used: i32): i32 {
  return fillModulo(begin, used, true, COLUMN_MUL_MOD_USED);
}
