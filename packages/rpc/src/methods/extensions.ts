import { finishedBlockId } from '../codec/block-id.ts';
import { array } from '../codec/core.ts';
import { bool } from '../codec/scalars.ts';
import { stateWitness } from '../codec/state.ts';
import { commitCertificate, nodeStatus, predeployedAccount } from '../codec/status.ts';
import { method, optionalParam, param } from './method.ts';

/** Ours (`stackctl_`), and what tools expect of a development chain (`devnet_`). */
export const EXTENSION_METHODS = {
  /** What executing the block read from its parent's state: enough to execute it again. */
  stackctl_getBlockWitness: method({ block_id: param(finishedBlockId) }, stateWitness),
  /** The validators' signatures that made the block final; the genesis block has none. */
  stackctl_getCommitCertificate: method({ block_id: param(finishedBlockId) }, commitCertificate),
  stackctl_nodeStatus: method({}, nodeStatus),
  devnet_getPredeployedAccounts: method(
    { with_balance: optionalParam(bool) },
    array(predeployedAccount),
  ),
} as const;
