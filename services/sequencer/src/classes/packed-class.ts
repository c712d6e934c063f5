import { constants, deflateRaw, inflateRawSync } from 'node:zlib';
import { loadCasmClass } from '@stackctl/cairo-vm';
import { Malformed, sierraClass } from '@stackctl/rpc';
import { abiText, classHash, compiledClassHash, compiledClassHashPoseidon } from '@stackctl/state';
import {
  type CasmClassJson,
  type Felt,
  isStackError,
  type SierraClassJson,
  StackError,
} from '@stackctl/types';

/** What a class may measure. Consensus: every validator refuses what is larger. */
export const CLASS_LIMITS = {
  /** Bytes of the Sierra class as JSON (Starknet: max_contract_class_object_size). */
  sierraBytes: 4_089_446,
  /** Felts of compiled code (Starknet: max_contract_bytecode_size). */
  bytecodeFelts: 81_920,
  /** Bytes of both documents together, and of the same packed. */
  unpackedBytes: 24 << 20,
  packedBytes: 3 << 20,
} as const;

/** A class whose hashes were computed here. */
export interface CheckedClass {
  readonly sierra: SierraClassJson;
  readonly casm: CasmClassJson;
  readonly classHash: Felt;
  /** BLAKE2s. */
  readonly compiledClassHash: Felt;
  /** Whether a declare may name this compiled class hash: BLAKE2s, or the older Poseidon. */
  compilesTo(declared: Felt): boolean;
}

/**
 * Checks the form of both documents, that the code can run, and computes the hashes.
 *
 * Throws CLASS_MALFORMED. That the CASM comes from the Sierra is for the declarer's node to know: the
 * compiled class hash, which the declarer signed, stands for the code (not for its hints).
 */
export function checkClass(sierra: SierraClassJson, casm: CasmClassJson): CheckedClass {
  const shown = asShown(sierra);
  try {
    sierraClass.decode(shown);
    loadCasmClass(casm);
  } catch (error) {
    if (isStackError(error, 'CLASS_MALFORMED')) throw error;
    const reason = error instanceof Malformed ? error.sentence() : String(error);
    throw new StackError('CLASS_MALFORMED', { reason }, { cause: error });
  }
  const words = casm.bytecode.length;
  if (words > CLASS_LIMITS.bytecodeFelts) {
    const reason = `${words} felts of code, at most ${CLASS_LIMITS.bytecodeFelts}`;
    throw new StackError('CLASS_MALFORMED', { reason });
  }
  const blake = compiledClassHash(casm);
  let poseidon: Felt | undefined;
  return {
    sierra: shown,
    casm: runnablePart(casm),
    classHash: classHash(shown),
    compiledClassHash: blake,
    compilesTo(declared) {
      if (declared === blake) return true;
      poseidon ??= compiledClassHashPoseidon(casm);
      return declared === poseidon;
    },
  };
}

/** A Sierra class as RPC shows it: the members that its hash covers, the ABI as the text it came as. */
export function asShown(sierra: SierraClassJson): SierraClassJson {
  const { sierra_program, contract_class_version, entry_points_by_type, abi } = sierra;
  const text = abiText(abi ?? '');
  return { sierra_program, contract_class_version, entry_points_by_type, abi: text };
}

/** Without what only Python runners read, and whatever else stands in the document. */
function runnablePart(casm: CasmClassJson): CasmClassJson {
  const { prime, compiler_version, bytecode, bytecode_segment_lengths, hints } = casm;
  return {
    prime,
    compiler_version,
    bytecode,
    ...(bytecode_segment_lengths !== undefined && { bytecode_segment_lengths }),
    hints,
    entry_points_by_type: casm.entry_points_by_type,
  };
}

/**
 * A class as it travels in gossip and proposals: `[sierra, casm]` as JSON, raw deflate (RFC 1951).
 * Throws CLASS_MALFORMED when it is larger than a block may carry.
 */
export async function packClass({ sierra, casm }: CheckedClass): Promise<Uint8Array> {
  const text = Buffer.from(JSON.stringify([sierra, casm]));
  const packed = await new Promise<Uint8Array>((resolve, reject) =>
    deflateRaw(text, { level: constants.Z_DEFAULT_COMPRESSION }, (error, result) =>
      error === null ? resolve(new Uint8Array(result)) : reject(error),
    ),
  );
  if (text.length > CLASS_LIMITS.unpackedBytes || packed.length > CLASS_LIMITS.packedBytes) {
    const reason = `${packed.length} bytes packed, at most ${CLASS_LIMITS.packedBytes}`;
    throw new StackError('CLASS_MALFORMED', { reason });
  }
  return packed;
}

/** Reads and checks a packed class. Throws CLASS_MALFORMED for whatever `packClass` never gives. */
export function unpackClass(packed: Uint8Array): CheckedClass {
  if (packed.length > CLASS_LIMITS.packedBytes)
    throw new StackError('CLASS_MALFORMED', { reason: `${packed.length} bytes packed` });
  let documents: unknown;
  try {
    const text = inflateRawSync(packed, { maxOutputLength: CLASS_LIMITS.unpackedBytes });
    documents = JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw new StackError('CLASS_MALFORMED', { reason: String(error) }, { cause: error });
  }
  if (!Array.isArray(documents) || documents.length !== 2 || !documents.every(isRecord))
    throw new StackError('CLASS_MALFORMED', { reason: 'not a pair of documents' });
  const [sierra, casm] = documents as unknown as [SierraClassJson, CasmClassJson];
  if (Buffer.byteLength(JSON.stringify(sierra)) > CLASS_LIMITS.sierraBytes)
    throw new StackError('CLASS_MALFORMED', { reason: 'the Sierra class is too large' });
  return checkClass(sierra, casm);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
