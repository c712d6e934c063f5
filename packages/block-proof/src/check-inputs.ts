import { BUILTIN_COSTS, type CasmClass, loadCasmClass } from '@stackctl/cairo-vm';
import { isCompiledClassHash } from '@stackctl/state';
import {
  type CairoStatement,
  type CasmClassJson,
  type Felt,
  feltToHex,
  isStackError,
} from '@stackctl/types';
import { type BlockFacts, callAt, type TracedCall } from './block-facts.ts';
import { checkCall } from './check-call.ts';
import { checkIdentity, checkShape } from './check-shape.ts';
import type { PublicInputs } from './public-inputs.ts';
import { contextOf, decodePublicInputs } from './public-inputs-codec.ts';
import { PublicMemory, rejected } from './public-memory.ts';
import { deriveStatement } from './statement.ts';

/** Classes as the verifier knows them. */
export interface ClassFacts {
  casm(classHash: Felt): CasmClassJson | undefined;
  /** What the state says the class compiles to. */
  compiledClassHash(classHash: Felt): Felt | undefined;
}

/** The classes whose bytecode a verifier needs for these public inputs. */
export function classesOf(inputs: PublicInputs): Felt[] {
  return [...new Set(inputs.calls.map((call) => call.classHash))];
}

/** What the checks before the STARK established. */
export interface CheckedInputs {
  readonly inputs: PublicInputs;
  /** What the proof has to prove. */
  readonly statement: CairoStatement;
}

/**
 * Everything that a verifier checks besides the STARK itself.
 * @throws StackError PROOF_REJECTED, CLASS_MALFORMED
 */
export function checkPublicInputs(
  publicInputs: Uint8Array,
  facts: BlockFacts,
  classes: ClassFacts,
): CheckedInputs {
  // 1. The file: canonical bytes, sizes and places.
  const inputs = decodePublicInputs(publicInputs);
  checkShape(inputs);
  // 2. The block: identity, and the covered calls among its calls.
  checkIdentity(inputs, facts);
  // 3. The classes: bytecode is what the state's compiled class hash says.
  const loaded = new Map(
    classesOf(inputs).map((classHash) => [classHash, checkClass(classHash, classes)]),
  );
  // 4. The statement: program, frame and pages, as these inputs imply them.
  const lookup = (classHash: Felt) => loaded.get(classHash);
  const statement = deriveStatement(inputs, lookup, contextOf(publicInputs));
  const memory = new PublicMemory(statement.publicMemory);
  // 5. The cost table that the classes' code reads.
  for (const [index, cost] of BUILTIN_COSTS.entries())
    if (memory.at(inputs.run.builtinCosts + index) !== cost)
      throw rejected('the table of builtin costs is another');
  // 6. The calls: calldata, results, and what their syscalls did, against the block's trace.
  for (const [index, call] of inputs.calls.entries())
    labelled(`call ${index}`, () =>
      checkCall(call, callAt(facts, call) as TracedCall, facts, memory),
    );
  return { inputs, statement };
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

/** Names the call in the reason of its rejection. */
function labelled(label: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!isStackError(error, 'PROOF_REJECTED')) throw error;
    throw rejected(`${label}: ${error.facts.reason}`);
  }
}
