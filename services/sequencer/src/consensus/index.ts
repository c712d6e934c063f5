export type { Application, BuildRequest, Decided, DecidedRecord } from './application.ts';
export { createConsensusHost } from './create-host.ts';
export {
  type ConsensusConfig,
  type ConsensusHost,
  type ConsensusHostOptions,
  type ConsensusStatus,
  DEFAULT_CONSENSUS_CONFIG,
  type PeerStatus,
  type ValidatorConfig,
} from './options.ts';
export { networkId, valueIdOf } from './value-id.ts';
