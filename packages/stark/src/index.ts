/** STARK prover and verifier for Cairo runs. */
export { layoutOf } from './air/layouts.ts';
export { describeProof, type ProofDescription } from './proof.ts';
export { PHASES, type Phase, type Proof, type ProveOptions, prove } from './prover/prove.ts';
export { MINIMAL_SECURITY_BITS, PRESETS, securityBits } from './security.ts';
export { decodeStatement, encodeStatement, logStepsOf, statementOf } from './statement.ts';
export { createProver, type Prover, type ThreadedProveOptions } from './threads/node.ts';
export { type VerifyOptions, type VerifyResult, verify } from './verifier/verify.ts';
