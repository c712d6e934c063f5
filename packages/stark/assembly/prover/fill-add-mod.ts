// The rows of add_mod: fill-modulo.ts.
import { COLUMN_ADD_MOD_USED } from '../../build/assembly/air-constants';
import { fillModulo } from './fill-modulo';

export function fillAddMod(begin: u32, used: i32): i32 {
  return fillModulo(begin, used, false, COLUMN_ADD_MOD_USED);
}
