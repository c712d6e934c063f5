export { decodeProgramProof, encodeProgramProof, isProgramProof } from './codec.ts';
export { type ProgramIdentity, programHash } from './identity.ts';
export type { ProgramProof, RunNotes } from './program-proof.ts';
export { type ProgramReport, verifyProgramProof } from './verify.ts';
