import { type CasmClass, loadCasmClass } from '@stackctl/cairo-vm';
import { isCompiledClassHash } from '@stackctl/state';
import { type CairoStatement, type CasmClassJson, type Felt, feltToHex } from '@stackctl/types';
import type { BlockFacts } from './block-facts.ts';
import { checkCalls } from './check-calls.ts';
import { checkIdentity, checkShape } from './check-shape.ts';
import { callsOfParts, type PublicInputs } from './public-inputs.ts';
import { contextOf, decodePublicInputs, digestOf } from './public-inputs-codec.ts';
import { PublicMemory, rejected } from './public-memory.ts';
import { readCalls } from './read-calls.ts';
import { deriveStatement } from './statement.ts';
import type { VerifiedCalls } from './verified-call.ts';

/** Classes as the verifier knows them. */
export interface ClassFacts {
  casm(classHash: Felt): CasmClassJson | undefined;
  /** What the state says the class compiles to. */
  compiledClassHash(classHash: Felt): Felt | undefined;
}

/** The classes whose bytecode a verifier needs for these public inputs. */
export function classesOf(inputs: PublicInputs): Felt[] {
  return [...new Set(callsOfParts(inputs).map((call) => call.classHash))];
}

/** What the checks before the STARK established. */
export interface CheckedInputs {
  readonly inputs: PublicInputs;
  /** What the proofs of the parts have to prove, in their order. */
  readonly statements: readonly CairoStatement[];
  /** What the calls did, once these statements are proven. */
  readonly calls: VerifiedCalls;
}

/**
 * Everything that a verifier checks besides the STARKs themselves and the replay.
 * @throws StackError PROOF_REJECTED, CLASS_MALFORMED
 */
export function checkPublicInputs(
  publicInputs: Uint8Array,
  facts: BlockFacts,
  classes: ClassFacts,
): CheckedInputs {
  // 1. The file: canonical bytes, sizes and places, every call once and in order.
  const inputs = decodePublicInputs(publicInputs);
  checkShape(inputs);
  // 2. The block: identity.
  checkIdentity(inputs, facts);
  // 3. The classes: bytecode is what the state's compiled class hash says.
  const loaded = new Map(
    classesOf(inputs).map((classHash) => [classHash, checkClass(classHash, classes)]),
  );
  // 4. The statements: program, frame and pages of each part, as these inputs imply them.
  const lookup = (classHash: Felt) => loaded.get(classHash);
  const digest = digestOf(publicInputs);
  const statements = inputs.parts.map((part, index) =>
    deriveStatement(part, lookup, contextOf(digest, index)),
  );
  // 5. Memory: cost table, builtin pointers, dictionaries, syscalls.
  const parts = inputs.parts.map(({ calls, run }, index) => ({
    calls,
    run,
    cells: new PublicMemory(statements[index]?.publicMemory ?? []),
  }));
  const calls = { calls: readCalls(parts, lookup), stopped: inputs.stopped };
  // 6. The calls: against transactions, callers and traces.
  checkCalls(calls, facts);
  return { inputs, statements, calls };
}

function checkClass(classHash: Felt, classes: ClassFacts): CasmClass {
  const name = feltToHex(classHash);
  const casm = classes.casm(classHash);
  if (casm === undefined) throw rejected(`class ${name} is not known`);
  const expected = classes.compiledClassHash(classHash);
  if (expected === undefined) throw rejected(`class ${name} is not declared`);
  if (!isCompiledClassHash(casm, expected))
    throw rejected(`the bytecode of class ${name} is not what the state declares`);
  return loadCasmClass(casm);
}
