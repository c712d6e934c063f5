export {
  type BlockFacts,
  callAt,
  type TracedCall,
  type TracedTransaction,
} from './block-facts.ts';
export {
  type CheckedInputs,
  type ClassFacts,
  checkPublicInputs,
  classesOf,
} from './check-inputs.ts';
export { executedSteps, replayableCalls } from './from-execution.ts';
export type { ReplayableCall } from './link.ts';
export { type ExecutedCalls, type PreparedBlock, prepareBlock } from './prepare.ts';
export type { ClassLookup } from './program.ts';
export { isObjectName, type ProofStore, proofNames } from './proof-store.ts';
export {
  type CallPosition,
  type CallResult,
  type CoveredCall,
  coverageOf,
  coveredSteps,
  type LinkedRun,
  type Phase,
  type PublicInputs,
} from './public-inputs.ts';
export { contextOf, decodePublicInputs, encodePublicInputs } from './public-inputs-codec.ts';
export { publicInputsToJson } from './public-inputs-json.ts';
export { type BlockRef, type ReadBlock, readBlockFacts, readClassFacts } from './read-facts.ts';
export { transcriptOf } from './replay/from-records.ts';
export { neededWitness, replayBlock } from './replay/replay-block.ts';
export { headersNeeded, type StorageWitness } from './replay/storage-witness.ts';
export type {
  BlockTranscript,
  ReplayClasses,
  ReplayedBlock,
  ReplayVerdict,
  StoppedCall,
  VerifiedCall,
} from './replay/types.ts';
export { decodeStorageWitness, encodeStorageWitness } from './replay/witness-codec.ts';
export { deriveStatement } from './statement.ts';
export {
  type BlockProof,
  MINIMUM_SECURITY_BITS,
  type VerifyReport,
  verifyBlock,
} from './verify-block.ts';
export { verifyFiles, verifyStored } from './verify-stored.ts';
