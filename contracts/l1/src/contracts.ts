import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StackError } from '@stackctl/types';
import type { JsonFragment } from 'ethers';

/** The contracts of this package (solidity/), those that an outsider calls. */
export const CONTRACT_NAMES = ['FactRegistry', 'Rollup', 'Token', 'Messaging'] as const;
export type ContractName = (typeof CONTRACT_NAMES)[number];

export interface CompiledContract {
  readonly abi: readonly JsonFragment[];
  /** Creation code, 0x-prefixed hex, without constructor arguments. */
  readonly bytecode: string;
}

let loaded: Readonly<Record<ContractName, CompiledContract>> | undefined;

/** A compiled contract, read from build/ (which `npm run build` writes) on first use. @throws StackError CONFIG_UNREADABLE */
export function compiledContract(name: ContractName): CompiledContract {
  loaded ??= readBuild();
  return loaded[name];
}

function readBuild(): Readonly<Record<ContractName, CompiledContract>> {
  const url = new URL('../build/contracts.json', import.meta.url);
  try {
    return JSON.parse(readFileSync(url, 'utf8'));
  } catch (error) {
    const reason = 'the L1 contracts are not built: run npm run build';
    throw new StackError(
      'CONFIG_UNREADABLE',
      { file: fileURLToPath(url), reason },
      { cause: error },
    );
  }
}
