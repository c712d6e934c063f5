import { type Felt, feltToHex } from '@stackctl/types';

/** Where proofs and public inputs are kept, by name: files now, S3 behind the same interface. */
export interface ProofStore {
  /** Writes an object as one step: readers see all of it or nothing. An older one is replaced. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** The object; undefined when there is none. */
  get(name: string): Promise<Uint8Array | undefined>;
  has(name: string): Promise<boolean>;
  /** Names of all objects, in no particular order. */
  list(): Promise<string[]>;
}

/** Names of a block's three objects. The proof is written last: where it is, so are the others. */
export function proofNames(blockHash: Felt): {
  readonly proof: string;
  readonly publicInputs: string;
  readonly witness: string;
} {
  const prefix = feltToHex(blockHash);
  return {
    proof: `${prefix}-proof`,
    publicInputs: `${prefix}-public_inputs`,
    witness: `${prefix}-witness`,
  };
}

const OBJECT_NAME = /^0x[0-9a-f]{1,64}-(proof|public_inputs|witness)$/;

/** True for the names of `proofNames` and no others (so a name is never a path). */
export function isObjectName(name: string): boolean {
  return OBJECT_NAME.test(name);
}
