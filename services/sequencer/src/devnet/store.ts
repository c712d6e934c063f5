import { type Felt, StackError } from '@stackctl/types';
import { decode, encode, NotCanonical, uint } from '../codec/binary.ts';
import type { Database, Put } from '../store/database.ts';
import { KEYS } from '../store/keys.ts';
import type { Directive } from './directive.ts';
import { type ChainParameters, decodeParameters, encodeParameters } from './parameters.ts';

/** What a block's directives write; it goes into the block's own batch. */
export function parameterPuts(
  block: number,
  directives: readonly Directive[],
  parameters: ChainParameters,
): Put[] {
  if (directives.length === 0) return [];
  const number = encode(uint, block);
  return [
    [KEYS.parameters, encodeParameters(parameters)],
    ...directives.map(({ id }): Put => [KEYS.directive(id), number]),
  ];
}

/** Undefined when no block held a directive. Throws STORE_CORRUPT. */
export function readParameters(database: Pick<Database, 'get'>): ChainParameters | undefined {
  const bytes = database.get(KEYS.parameters);
  try {
    return bytes && decodeParameters(bytes);
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
    const reason = `${KEYS.parameters}: ${error.message}`;
    throw new StackError('STORE_CORRUPT', { path: 'store', reason }, { cause: error });
  }
}

/** Number of the block that applied a directive. */
export function appliedIn(database: Pick<Database, 'get'>, directive: Felt): number | undefined {
  const bytes = database.get(KEYS.directive(directive));
  return bytes && decode(uint, bytes);
}
