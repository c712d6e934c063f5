import { type Handlers, rpcError } from '@stackctl/rpc';
import type { Felt, SierraClassJson, StateReader } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { Pool } from '../../mempool/pool.ts';
import { resolve, resolveState } from '../block-id.ts';

export interface StateHandlersOptions {
  readonly chain: ChainView;
  readonly pool: Pick<Pool, 'nextNonce'>;
  /** Number of the last block up to `block` that wrote the slot; 0 when none did. */
  readonly lastWrite: (address: Felt, key: Felt, block: number) => number;
}

/** Holds block hashes; never deployed, but its storage is real. */
const SYSTEM_CONTRACT = 1n;

/** Storage, nonces and classes at a block. */
export function stateHandlers({ chain, pool, lastWrite }: StateHandlersOptions): Handlers {
  const deployedClass = (state: StateReader, address: Felt): Felt => {
    const classHash = state.classHashAt(address);
    if (classHash === 0n) throw rpcError('CONTRACT_NOT_FOUND');
    return classHash;
  };
  const sierra = (state: StateReader, classHash: Felt): SierraClassJson => {
    const declared = state.compiledClassHash(classHash) !== 0n;
    const found = declared ? chain.classes.sierra(classHash) : undefined;
    if (found === undefined) throw rpcError('CLASS_HASH_NOT_FOUND');
    return found;
  };

  return {
    starknet_getStorageAt: ({ contract_address, key, block_id, response_flags = [] }) => {
      const { number } = resolveState(chain, block_id);
      const state = chain.stateAt(number);
      if (contract_address !== SYSTEM_CONTRACT) deployedClass(state, contract_address);
      const value = state.storageAt(contract_address, key);
      return response_flags.includes('INCLUDE_LAST_UPDATE_BLOCK')
        ? { value, lastUpdateBlock: lastWrite(contract_address, key, number) }
        : { value };
    },
    /**
     * At `pre_confirmed`: the nonce that the account's next transaction needs, those that already
     * wait in this node's pool counted.
     */
    starknet_getNonce: ({ block_id, contract_address }) => {
      const header = resolve(chain, block_id);
      const state = chain.stateAt((header ?? chain.head()).number);
      deployedClass(state, contract_address);
      const nonce = state.nonceAt(contract_address);
      return header === undefined ? pool.nextNonce(contract_address, nonce) : nonce;
    },
    starknet_getClassHashAt: ({ block_id, contract_address }) =>
      deployedClass(chain.stateAt(resolveState(chain, block_id).number), contract_address),
    starknet_getClassAt: ({ block_id, contract_address }) => {
      const state = chain.stateAt(resolveState(chain, block_id).number);
      return sierra(state, deployedClass(state, contract_address));
    },
    starknet_getClass: ({ block_id, class_hash }) =>
      sierra(chain.stateAt(resolveState(chain, block_id).number), class_hash),
    starknet_getCompiledCasm: ({ class_hash }) => {
      const declared = chain.stateAt(chain.head().number).compiledClassHash(class_hash) !== 0n;
      const casm = declared ? chain.classes.casm(class_hash) : undefined;
      if (casm === undefined) throw rpcError('CLASS_HASH_NOT_FOUND');
      return casm;
    },
  };
}
