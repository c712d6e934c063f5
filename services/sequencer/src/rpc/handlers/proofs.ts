import { type Handlers, type ProofNode, rpcError } from '@stackctl/rpc';
import type { StateDb, ProofNode as StateProofNode } from '@stackctl/state';
import type { Felt } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import { goneState, resolveState } from '../block-id.ts';

export interface ProofHandlersOptions {
  readonly chain: ChainView;
  readonly state: StateDb;
}

/** Most leaves, over all three tries, that one request may ask for. */
const MAX_LEAVES = 1024;

/** starknet_getStorageProof, of every final block whose state is kept (trie nodes all are, values need not be). */
export function proofHandlers({ chain, state }: ProofHandlersOptions): Handlers {
  return {
    starknet_getStorageProof: (params) => {
      const { class_hashes: classes = [], contract_addresses: contracts = [] } = params;
      const { contracts_storage_keys: storage = [] } = params;
      const { number, hash } = resolveState(chain, params.block_id);
      const keys = storage.reduce((sum, { storageKeys }) => sum + storageKeys.length, 0);
      if (classes.length + contracts.length + keys > MAX_LEAVES)
        throw rpcError('INVALID_PARAMS', `more than ${MAX_LEAVES} leaves in one request`);
      const gone = goneState(chain, number);
      if (gone !== undefined) throw rpcError('STORAGE_PROOF_NOT_SUPPORTED', gone);
      const roots = state.roots(number);
      if (roots === undefined) throw rpcError('STORAGE_PROOF_NOT_SUPPORTED');
      const { contractsRoot, classesRoot } = roots;
      return {
        classes: union(classes.map((each) => state.proveClass(classesRoot, each))),
        contracts: union(contracts.map((each) => state.proveContract(contractsRoot, each))),
        contractLeaves: contracts.map((each) => state.contract(each, number)),
        storage: storage.map(({ contractAddress, storageKeys }) => {
          const { storageRoot } = state.contract(contractAddress, number);
          return union(storageKeys.map((key) => state.proveStorage(storageRoot, key)));
        }),
        roots: { contracts: contractsRoot, classes: classesRoot, blockHash: hash },
      };
    },
  };
}

/** The nodes of several paths, each once. */
function union(paths: readonly StateProofNode[][]): ProofNode[] {
  const nodes = new Map<Felt, ProofNode>();
  for (const { hash, node } of paths.flat())
    nodes.set(hash, {
      hash,
      node:
        node.kind === 'binary'
          ? { left: node.left, right: node.right }
          : { path: node.path, length: node.length, child: node.child },
    });
  return [...nodes.values()];
}
