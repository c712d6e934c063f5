import { type Felt, feltToHex } from '@stackctl/types';

/**
 * The layout of the store: one letter, a slash, what it is about. Block numbers have a fixed width,
 * so that keys sort like numbers.
 *
 *   m/genesis            digest of the genesis that this store belongs to, UTF-8
 *   m/head               number of the last block, UTF-8 decimal
 *   m/parameters         what directives have made of the chain; absent when there were none
 *   h/<number>           header
 *   i/<number>           hashes of the block's transactions
 *   p/<number>           proposal: the bytes that were decided (absent for genesis)
 *   q/<number>           commit certificate of that proposal
 *   r/<number>           receipts
 *   x/<number>           traces
 *   d/<number>           state diff
 *   w/<number>           witness
 *   e/<number>           addresses that emitted events; present only when there were any
 *   t/<transaction hash> number of its block, index in it
 *   b/<block hash>       number
 *   v/<directive id>     number of the block that applied it
 *   c/<class hash>/...   sierra, casm: JSON as UTF-8; version: of the Sierra program
 *   state/...            tries and history; packages/state names them
 */
const WIDTH = 12;

const numbered = (letter: string) => (number: number) =>
  `${letter}/${String(number).padStart(WIDTH, '0')}`;
const hashed = (letter: string) => (hash: Felt) => `${letter}/${feltToHex(hash)}`;

export const KEYS = {
  genesis: 'm/genesis',
  head: 'm/head',
  parameters: 'm/parameters',
  header: numbered('h'),
  transactionHashes: numbered('i'),
  proposal: numbered('p'),
  certificate: numbered('q'),
  receipts: numbered('r'),
  traces: numbered('x'),
  stateDiff: numbered('d'),
  witness: numbered('w'),
  emitters: numbered('e'),
  transaction: hashed('t'),
  block: hashed('b'),
  directive: hashed('v'),
  sierra: (hash: Felt) => `c/${feltToHex(hash)}/sierra`,
  casm: (hash: Felt) => `c/${feltToHex(hash)}/casm`,
  sierraVersion: (hash: Felt) => `c/${feltToHex(hash)}/version`,
} as const;

/** The number in a numbered key. */
export function numberOf(key: string): number {
  return Number(key.slice(2));
}
