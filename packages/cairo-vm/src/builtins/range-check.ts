import type { BuiltinName } from '@stackctl/types';
import { Fault } from '../fault.ts';
import { describe } from '../values.ts';
import type { Builtin } from './builtin.ts';

/** One cell an instance; its value is below 2^bits (Cairo whitepaper, section 2.8). */
export function rangeCheck(name: BuiltinName, bits: bigint): Builtin {
  const bound = 1n << bits;
  return {
    name,
    cells: 1,
    isInput: () => true,
    check(_offset, value) {
      if (typeof value !== 'bigint' || value >= bound) {
        throw new Fault(`${name}: ${describe(value)} is not below 2^${bits}`);
      }
    },
  };
}
