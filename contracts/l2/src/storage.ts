// Where Cairo contracts keep their variables (Starknet documentation, "Contract storage"), and the
// storage that the constructors of our contracts write, computed without running them.
import { pedersen, starknetKeccak } from '@stackctl/crypto';
import type { Felt } from '@stackctl/types';

/** Storage addresses are below 2^251 - 256, so that small structs fit behind them. */
const ADDRESS_BOUND = 2n ** 251n - 256n;
const LOW_128 = 2n ** 128n - 1n;

/** Writes of one contract: value by storage key, zeros left out (an absent value reads as zero). */
export type Storage = Map<Felt, Felt>;

/** Key of a plain variable: the 250-bit Keccak of its name. */
export function variableKey(name: string): Felt {
  return starknetKeccak(name);
}

/** Key of the first felt of a map's value: a Pedersen chain over the variable and the map's keys. */
export function mapKey(name: string, ...keys: readonly Felt[]): Felt {
  return keys.reduce(pedersen, variableKey(name)) % ADDRESS_BOUND;
}

function write(storage: Storage, key: Felt, value: Felt): void {
  if (value !== 0n) storage.set(key, value);
}

/** A u256 takes two consecutive felts: the low 128 bits, then the high ones. */
function writeU256(storage: Storage, key: Felt, value: bigint): void {
  write(storage, key, value & LOW_128);
  write(storage, key + 1n, value >> 128n);
}

/** Storage after `account`'s constructor. */
export function accountStorage(publicKey: Felt): Storage {
  return new Map([[variableKey('Account_public_key'), publicKey]]);
}

export interface TokenSetup {
  /** Short strings, as felts. */
  readonly name: Felt;
  readonly symbol: Felt;
  readonly decimals: number;
  readonly permittedMinter: Felt;
  /** Balances by address, in the token's smallest unit. */
  readonly balances: ReadonlyArray<{ readonly address: Felt; readonly amount: bigint }>;
}

/** Storage after `erc20`'s constructor and a mint of every balance. Addresses must be distinct. */
export function tokenStorage(setup: TokenSetup): Storage {
  const storage: Storage = new Map();
  write(storage, variableKey('ERC20_name'), setup.name);
  write(storage, variableKey('ERC20_symbol'), setup.symbol);
  write(storage, variableKey('ERC20_decimals'), BigInt(setup.decimals));
  write(storage, variableKey('permitted_minter'), setup.permittedMinter);
  const supply = setup.balances.reduce((sum, { amount }) => sum + amount, 0n);
  writeU256(storage, variableKey('ERC20_total_supply'), supply);
  for (const { address, amount } of setup.balances) {
    writeU256(storage, mapKey('ERC20_balances', address), amount);
  }
  return storage;
}
