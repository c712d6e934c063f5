import type { Felt } from '@stackctl/types';
import {
  array,
  type Codec,
  isObject,
  Malformed,
  mapped,
  object,
  optional,
  required,
} from './core.ts';
import { felt, uint } from './scalars.ts';

/** MERKLE_NODE: a binary node, or an edge whose `path` holds `length` bits. */
export type MerkleNode =
  | { readonly left: Felt; readonly right: Felt }
  | { readonly path: bigint; readonly length: number; readonly child: Felt };

const binary = object<{ left: Felt; right: Felt }>({
  left: required('left', felt),
  right: required('right', felt),
});
const edge = object<{ path: bigint; length: number; child: Felt }>({
  path: required('path', felt),
  length: required('length', uint),
  child: required('child', felt),
});

const merkleNode: Codec<MerkleNode> = {
  expected: `${binary.expected} or ${edge.expected}`,
  decode(value) {
    if (!isObject(value)) throw new Malformed(this.expected, value);
    return Object.hasOwn(value, 'path') ? edge.decode(value) : binary.decode(value);
  },
  encode: (node) => ('path' in node ? edge.encode(node) : binary.encode(node)),
};

export interface ProofNode {
  readonly hash: Felt;
  readonly node: MerkleNode;
}

/** NODE_HASH_TO_NODE_MAPPING */
const nodes = array(
  object<ProofNode>({ node_hash: required('hash', felt), node: required('node', merkleNode) }),
);

export interface ContractLeaf {
  readonly nonce: Felt;
  readonly classHash: Felt;
  readonly storageRoot?: Felt;
}

/** Result of getStorageProof. */
export interface StorageProof {
  readonly classes: readonly ProofNode[];
  readonly contracts: readonly ProofNode[];
  /** In the order of the requested contracts. */
  readonly contractLeaves: readonly ContractLeaf[];
  readonly storage: ReadonlyArray<readonly ProofNode[]>;
  readonly roots: { readonly contracts: Felt; readonly classes: Felt; readonly blockHash: Felt };
}

interface WireProof extends Omit<StorageProof, 'contracts' | 'contractLeaves'> {
  readonly contractsProof: Pick<StorageProof, 'contracts' | 'contractLeaves'>;
}

export const storageProof: Codec<StorageProof> = mapped(
  object<WireProof>({
    classes_proof: required('classes', nodes),
    contracts_proof: required(
      'contractsProof',
      object<WireProof['contractsProof']>({
        nodes: required('contracts', nodes),
        contract_leaves_data: required(
          'contractLeaves',
          array(
            object<ContractLeaf>({
              nonce: required('nonce', felt),
              class_hash: required('classHash', felt),
              storage_root: optional('storageRoot', felt),
            }),
          ),
        ),
      }),
    ),
    contracts_storage_proofs: required('storage', array(nodes)),
    global_roots: required(
      'roots',
      object<StorageProof['roots']>({
        contracts_tree_root: required('contracts', felt),
        classes_tree_root: required('classes', felt),
        block_hash: required('blockHash', felt),
      }),
    ),
  }),
  ({ contractsProof, ...rest }) => ({ ...rest, ...contractsProof }),
  ({ contracts, contractLeaves, ...rest }) => ({
    ...rest,
    contractsProof: { contracts, contractLeaves },
  }),
);
