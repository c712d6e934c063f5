import { callsOfParts, decodeProofParts, decodePublicInputs, stepsOf } from '@stackctl/block-proof';
import { decodeProgramProof, isProgramProof, programHash } from '@stackctl/program-proof';
import { EXIT } from '@stackctl/runtime';
import { describeProof, securityBits } from '@stackctl/stark/verifier';
import { feltToHex, type PublicPage } from '@stackctl/types';
import type { Context } from '../../context.ts';
import { readIfThere, readNamed } from '../../files.ts';

/** Facts about a proof, by name; nested ones are shown as a table of their own. */
type Facts = { readonly [name: string]: string | number | Facts };

/** Shows both kinds of proofs. A file that is none is PROOF_REJECTED. */
export async function showAction(
  context: Context,
  path: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const bytes = await readNamed(path);
  const facts = isProgramProof(bytes) ? programFacts(bytes) : await blockFacts(path, bytes);
  context.print(options.json === true ? JSON.stringify(facts) : render(facts).join('\n'));
  return EXIT.ok;
}

function programFacts(bytes: Uint8Array): Facts {
  const { shape, statement, proof, notes } = decodeProgramProof(bytes);
  const { begin = 0, stop = 0 } = statement.segments.find(({ name }) => name === 'program') ?? {};
  const page = statement.publicMemory.find(({ address }) => address === begin);
  const words = page?.values.slice(0, stop - begin) ?? [];
  const milliseconds = Object.fromEntries(notes.timings);
  return {
    kind: 'program',
    program: programHash({ ...shape, words }),
    words: words.length,
    builtins: shape.builtins.join(', '),
    bytes: bytes.length,
    executedSteps: notes.steps,
    ...starkFacts(proof),
    publicMemory: pageFacts(statement.publicMemory),
    ...(notes.timings.length === 0 ? {} : { milliseconds }),
  };
}

/** The public inputs beside the proof say what it is about; without them its header is all there is. */
async function blockFacts(path: string, proof: Uint8Array): Promise<Facts> {
  const parts = decodeProofParts(proof).map(starkFacts);
  const stark = parts.length === 1 ? parts[0] : { parts: Object.fromEntries(parts.entries()) };
  const base = path.endsWith('-proof') ? path.slice(0, -'-proof'.length) : undefined;
  const beside = base === undefined ? undefined : await readIfThere(`${base}-public_inputs`);
  if (beside === undefined) return { kind: 'block', bytes: proof.length, ...stark };
  const inputs = decodePublicInputs(beside);
  return {
    kind: 'block',
    block: inputs.blockNumber,
    blockHash: feltToHex(inputs.blockHash),
    chainId: feltToHex(inputs.chainId),
    transactions: inputs.transactionHashes.length,
    calls: callsOfParts(inputs).length,
    steps: stepsOf(callsOfParts(inputs)),
    stopped: inputs.stopped.length,
    bytes: proof.length,
    publicInputsBytes: beside.length,
    ...stark,
    // The program and the driver's frame are public too; they follow from the classes.
    publicMemory: pageFacts(inputs.parts.flatMap(({ pages }) => pages)),
  };
}

function starkFacts(proof: Uint8Array): Facts {
  const { version, layout, logSteps, security } = describeProof(proof);
  return {
    proofBytes: proof.length,
    formatVersion: version,
    layout,
    rows: 2 ** logSteps,
    parameters: {
      blowup: 2 ** security.logBlowup,
      queries: security.queries,
      grindingBits: security.grindingBits,
    },
    securityBits: {
      conjectured: securityBits(security),
      johnson: securityBits(security, 'johnson'),
    },
  };
}

function pageFacts(pages: readonly PublicPage[]): Facts {
  const cells = pages.reduce((sum, { values }) => sum + values.length, 0);
  return { pages: pages.length, cells };
}

function render(facts: Facts, indent = ''): string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (typeof value === 'object') return [`${indent}${name}`, ...render(value, `${indent}  `)];
    return `${(indent + name).padEnd(20)} ${value}`;
  });
}
