export { decodeStrictly, MalformedBytes, Reader, Writer } from './bytes.ts';
export { type VerifyContext, verifyCertificate } from './certificate.ts';
export {
  decodeCertificate,
  decodeMessage,
  decodeWalEntry,
  encodeCertificate,
  encodeMessage,
  encodeWalEntry,
} from './codec.ts';
export type { Effect, Engine, EngineStatus, Input, TimerKind, WalEntry } from './engine.ts';
export { proposalSignBytes, voteSignBytes } from './sign-bytes.ts';
export { Tendermint, type TendermintOptions } from './tendermint/tendermint.ts';
export type { Timeouts } from './tendermint/timeouts.ts';
export type {
  Certificate,
  CryptoPort,
  Evidence,
  Message,
  Proposal,
  ValidatorIndex,
  ValueId,
  Vote,
  VoteKind,
} from './types.ts';
export { createValidatorSet, proposerAt, type Validator, type ValidatorSet } from './validators.ts';
export { verifyMessage } from './verify.ts';
