export { blockHash, sealHeader } from './block-hash.ts';
export {
  abiText,
  classHash,
  compiledClassHash,
  compiledClassHashPoseidon,
  isCompiledClassHash,
  pythonJson,
} from './class-hash.ts';
export {
  eventCommitment,
  eventLeaf,
  receiptCommitment,
  receiptLeaf,
  stateDiffCommitment,
  stateDiffLength,
  transactionCommitment,
  transactionLeaf,
} from './commitments.ts';
export {
  type ContractState,
  classLeaf,
  contractLeaves,
  NO_CONTRACT,
  stateRoot,
} from './contract.ts';
export { type DeclaredCode, nodeHashes, PartialState, type StateProof } from './partial-state.ts';
export { StateDb, type StateDbOptions, type StateRoots, type StateUpdate } from './state-db.ts';
export { type KeyValueReader, MemoryStore, type Put, type Write } from './store.ts';
export { type BinaryNode, type EdgeNode, NodeReader, type TrieNode } from './trie/node.ts';
export {
  COMMITMENT_HEIGHT,
  listRoot,
  PEDERSEN,
  POSEIDON,
  type ProofNode,
  proveKey,
  readTrie,
  STATE_HEIGHT,
  updateTrie,
} from './trie/trie.ts';
export type { Entry } from './trie/update.ts';
