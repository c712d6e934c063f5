/** In Node: the module is read from the disk when the first proof is verified. */
export {
  decodeStatement,
  describeProof,
  encodeStatement,
  MINIMAL_SECURITY_BITS,
  type ProofDescription,
  securityBits,
  type Verifier,
  type VerifyOptions,
  type VerifyResult,
  verify,
} from '@stackctl/stark/verifier';
