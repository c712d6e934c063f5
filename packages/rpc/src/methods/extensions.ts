import { finishedBlockId } from '../codec/block-id.ts';
import { stateWitness } from '../codec/state.ts';
import { commitCertificate, decidedValue, nodeStatus } from '../codec/status.ts';
import { method, param } from './method.ts';

/** Ours, beyond the specification. */
export const EXTENSION_METHODS = {
  /** What executing the block read from its parent's state: enough to execute it again. */
  stackctl_getBlockWitness: method({ block_id: param(finishedBlockId) }, stateWitness),
  /** The validators' signatures that made the block final; the genesis block has none. */
  stackctl_getCommitCertificate: method({ block_id: param(finishedBlockId) }, commitCertificate),
  /** The proposal that the certificate's votes are for, and the network that they were given in. */
  stackctl_getDecidedValue: method({ block_id: param(finishedBlockId) }, decidedValue),
  stackctl_nodeStatus: method({}, nodeStatus),
} as const;
