import { type BlockId, type Handlers, rpcError } from '@stackctl/rpc';
import type { Felt, SierraClassJson, StateDiff, StateReader } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { PreConfirmed, PreConfirmedBlock } from '../../execution/pre-confirmed.ts';
import type { Pool } from '../../mempool/pool.ts';
import { resolve, stateAt } from '../block-id.ts';

export interface StateHandlersOptions {
  readonly chain: ChainView;
  readonly pool: Pick<Pool, 'nextNonce'>;
  readonly preConfirmed: Pick<PreConfirmed, 'refresh'>;
  /** Number of the last block up to `block` that wrote the slot; 0 when none did. */
  readonly lastWrite: (address: Felt, key: Felt, block: number) => number;
}

interface View {
  readonly state: StateReader;
  readonly classes: PreConfirmedBlock['classes'] | undefined;
}

/** Holds block hashes; never deployed, but its storage is real. */
const SYSTEM_CONTRACT = 1n;

/** Storage, nonces and classes at a block. */
export function stateHandlers(options: StateHandlersOptions): Handlers {
  const { chain, pool, preConfirmed, lastWrite } = options;

  /** A state, and the classes that it declares and no final block has. */
  const viewOf = async (id: BlockId): Promise<View> => {
    const header = resolve(chain, id);
    return header === undefined
      ? preConfirmed.refresh()
      : { state: stateAt(chain, header.number), classes: undefined };
  };
  const deployedClass = (state: StateReader, address: Felt): Felt => {
    const classHash = state.classHashAt(address);
    if (classHash === 0n) throw rpcError('CONTRACT_NOT_FOUND');
    return classHash;
  };
  const sierra = ({ state, classes }: View, classHash: Felt): SierraClassJson => {
    const declared = state.compiledClassHash(classHash) !== 0n;
    const found = declared
      ? (chain.classes.sierra(classHash) ?? classes?.get(classHash)?.sierra)
      : undefined;
    if (found === undefined) throw rpcError('CLASS_HASH_NOT_FOUND');
    return found;
  };

  return {
    starknet_getStorageAt: async ({ contract_address, key, block_id, response_flags = [] }) => {
      const header = resolve(chain, block_id);
      const block = header === undefined ? await preConfirmed.refresh() : undefined;
      const { number } = header ?? chain.head();
      const state = block?.state ?? stateAt(chain, number);
      if (contract_address !== SYSTEM_CONTRACT) deployedClass(state, contract_address);
      const value = state.storageAt(contract_address, key);
      if (!response_flags.includes('INCLUDE_LAST_UPDATE_BLOCK')) return { value };
      const lastUpdateBlock =
        block !== undefined && writes(block.stateDiff(), contract_address, key)
          ? block.context.number
          : lastWrite(contract_address, key, number);
      return { value, lastUpdateBlock };
    },
    /**
     * At `pre_confirmed`: the nonce that the account's next transaction needs, those that already
     * wait in this node's pool counted, executed ahead or not.
     */
    starknet_getNonce: async ({ block_id, contract_address }) => {
      const header = resolve(chain, block_id);
      const final = stateAt(chain, (header ?? chain.head()).number);
      const isNew = header === undefined && final.classHashAt(contract_address) === 0n;
      const state = isNew ? (await preConfirmed.refresh()).state : final;
      deployedClass(state, contract_address);
      const nonce = state.nonceAt(contract_address);
      return header === undefined ? pool.nextNonce(contract_address, nonce) : nonce;
    },
    starknet_getClassHashAt: async ({ block_id, contract_address }) =>
      deployedClass((await viewOf(block_id)).state, contract_address),
    starknet_getClassAt: async ({ block_id, contract_address }) => {
      const view = await viewOf(block_id);
      return sierra(view, deployedClass(view.state, contract_address));
    },
    starknet_getClass: async ({ block_id, class_hash }) =>
      sierra(await viewOf(block_id), class_hash),
    starknet_getCompiledCasm: ({ class_hash }) => {
      const declared = chain.stateAt(chain.head().number).compiledClassHash(class_hash) !== 0n;
      const casm = declared ? chain.classes.casm(class_hash) : undefined;
      if (casm === undefined) throw rpcError('CLASS_HASH_NOT_FOUND');
      return casm;
    },
  };
}

function writes(diff: StateDiff, address: Felt, key: Felt): boolean {
  const changed = diff.storage.find((contract) => contract.address === address);
  return changed?.entries.some((entry) => entry.key === key) === true;
}
