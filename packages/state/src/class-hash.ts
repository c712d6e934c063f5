// Hashes of classes (docs.starknet.io, "Class hash"; starknet-types-core and cairo-lang for the
// compiled class hash, whose hash function changed to BLAKE2s with Starknet 0.14.1).
import { hashFeltsBlake, poseidonMany, starknetKeccak } from '@stackctl/crypto';
import {
  type CasmClassJson,
  type EntryPointType,
  type Felt,
  PRIME,
  type SegmentLengths,
  type SierraClassJson,
  StackError,
  shortString,
} from '@stackctl/types';

type FeltsHash = (felts: readonly Felt[]) => Felt;
/** The order in which both hashes take entry points. */
const TYPES: readonly EntryPointType[] = ['EXTERNAL', 'L1_HANDLER', 'CONSTRUCTOR'];

function felt(text: string, where: string): Felt {
  let value: bigint | undefined;
  try {
    value = BigInt(text);
  } catch {
    value = undefined;
  }
  if (value === undefined || value < 0n || value >= PRIME) {
    throw new StackError('CLASS_MALFORMED', { reason: `${where}: ${text} is not a felt` });
  }
  return value;
}

/** Classes come from outside: whatever is wrong with their shape is CLASS_MALFORMED. */
function checked(compute: () => Felt): Felt {
  try {
    return compute();
  } catch (error) {
    if (error instanceof StackError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StackError('CLASS_MALFORMED', { reason }, { cause: error });
  }
}

/** JSON as Python's `json.dumps` writes it, which is how ABIs are hashed: ", " and ": ". */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => `${JSON.stringify(key)}: ${pythonJson(field)}`);
    return `{${fields.join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** The text of an ABI that is hashed: as it came over RPC, or formatted from compiler output. */
export function abiText(abi: unknown): string {
  return typeof abi === 'string' ? abi : pythonJson(abi ?? null);
}

/** Class hash of a Sierra class (version 0.1.0). Throws CLASS_MALFORMED. */
export function classHash(sierra: SierraClassJson): Felt {
  return checked(() => sierraHash(sierra));
}

function sierraHash(sierra: SierraClassJson): Felt {
  if (sierra.contract_class_version !== '0.1.0') {
    throw new StackError('CLASS_MALFORMED', {
      reason: `contract_class_version ${sierra.contract_class_version}, expected 0.1.0`,
    });
  }
  const entryPoints = TYPES.map((type) =>
    poseidonMany(
      sierra.entry_points_by_type[type].flatMap(({ selector, function_idx }) => [
        felt(selector, 'selector'),
        BigInt(function_idx),
      ]),
    ),
  );
  return poseidonMany([
    shortString('CONTRACT_CLASS_V0.1.0'),
    ...entryPoints,
    starknetKeccak(abiText(sierra.abi)),
    poseidonMany(sierra.sierra_program.map((word) => felt(word, 'sierra_program'))),
  ]);
}

/** Hash of the bytecode below one node of the segment tree, and how many felts it covers. */
function hashSegments(
  hash: FeltsHash,
  bytecode: readonly Felt[],
  from: number,
  lengths: SegmentLengths,
): { hash: Felt; length: number } {
  if (typeof lengths === 'number') {
    return { hash: hash(bytecode.slice(from, from + lengths)), length: lengths };
  }
  const parts: Felt[] = [];
  let at = from;
  for (const child of lengths) {
    const segment = hashSegments(hash, bytecode, at, child);
    parts.push(BigInt(segment.length), segment.hash);
    at += segment.length;
  }
  return { hash: (hash(parts) + 1n) % PRIME, length: at - from };
}

function compiledHash(casm: CasmClassJson, hash: FeltsHash): Felt {
  const entryPoints = TYPES.map((type) =>
    hash(
      casm.entry_points_by_type[type].flatMap(({ selector, offset, builtins }) => [
        felt(selector, 'selector'),
        BigInt(offset),
        hash(builtins.map(shortString)),
      ]),
    ),
  );
  const bytecode = casm.bytecode.map((word) => felt(word, 'bytecode'));
  const lengths = casm.bytecode_segment_lengths ?? bytecode.length;
  const segments = hashSegments(hash, bytecode, 0, lengths);
  if (segments.length !== bytecode.length) {
    throw new StackError('CLASS_MALFORMED', {
      reason: `bytecode_segment_lengths cover ${segments.length} of ${bytecode.length} felts`,
    });
  }
  return hash([shortString('COMPILED_CLASS_V1'), ...entryPoints, segments.hash]);
}

/** Compiled class hash from Starknet 0.14.1 on (BLAKE2s). Throws CLASS_MALFORMED. */
export function compiledClassHash(casm: CasmClassJson): Felt {
  return checked(() => compiledHash(casm, hashFeltsBlake));
}

/** Compiled class hash before Starknet 0.14.1 (Poseidon). Throws CLASS_MALFORMED. */
export function compiledClassHashPoseidon(casm: CasmClassJson): Felt {
  return checked(() => compiledHash(casm, poseidonMany));
}

/**
 * Whether a declared compiled class hash is that of the CASM: BLAKE2s, or Poseidon as declares named
 * it before Starknet 0.14.1. Throws CLASS_MALFORMED.
 */
export function isCompiledClassHash(casm: CasmClassJson, declared: Felt): boolean {
  return compiledClassHash(casm) === declared || compiledClassHashPoseidon(casm) === declared;
}
