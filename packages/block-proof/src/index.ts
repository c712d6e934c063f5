export type { BlockFacts, TracedCall, TracedTransaction } from './block-facts.ts';
export {
  type CheckedInputs,
  type ClassFacts,
  checkPublicInputs,
  classesOf,
} from './check-inputs.ts';
export { type BlockCalls, blockCalls } from './from-execution.ts';
export type { ReplayableCall } from './link.ts';
export {
  type ExecutedCalls,
  type PreparedBlock,
  type PreparedPart,
  prepareBlock,
  type TraceShape,
} from './prepare.ts';
export type { ClassLookup } from './program.ts';
export { decodeProofParts, encodeProofParts } from './proof-file.ts';
export { isObjectName, type ProofStore, proofNames } from './proof-store.ts';
export {
  type CallResult,
  callsOfParts,
  type LayoutName,
  type LinkedRun,
  type Part,
  type Phase,
  type ProvenCall,
  type PublicInputs,
  stepsOf,
} from './public-inputs.ts';
export {
  contextOf,
  decodePublicInputs,
  digestOf,
  encodePublicInputs,
} from './public-inputs-codec.ts';
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
export type { VerifiedCalls } from './verified-call.ts';
export {
  type BlockProof,
  MINIMUM_SECURITY_BITS,
  NOTHING_VERIFIED,
  type Replay,
  type VerifyReport,
  verifyBlock,
} from './verify-block.ts';
export { verifyFiles, verifyStored } from './verify-stored.ts';
