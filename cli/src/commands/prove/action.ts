import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { encodeProgramProof, verifyProgramProof } from '@stackctl/program-proof';
import { type LayoutChoice, parseArguments, proveProgramOn } from '@stackctl/program-proof/prover';
import { atomicWrite, EXIT } from '@stackctl/runtime';
import { createProver } from '@stackctl/stark';
import { type Felt, isStackError, StackError } from '@stackctl/types';
import type { Context } from '../../context.ts';
import { parseJson, readNamedJson } from '../../files.ts';
import { phaseView } from '../../view/phases.ts';
import { renderProgramReport } from '../../view/program-proof.ts';

export interface ProveOptions {
  /** A file, or JSON itself. */
  readonly input?: string;
  readonly layout: LayoutChoice;
  /** Default: as many as there are cores. */
  readonly threads?: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** Proves, verifies what came out, and only then writes it. */
export async function proveAction(
  context: Context,
  path: string,
  options: ProveOptions,
): Promise<number> {
  const json = await readNamedJson(path);
  const input = options.input === undefined ? undefined : await readInput(options.input);
  const started = performance.now();
  const view = phaseView(context, `Proving ${basename(path)}`, options.json === true);
  const threads = options.threads ?? availableParallelism();
  const prover = createProver({ threads });
  const made = await proveProgramOn(prover, json, {
    input,
    layout: options.layout,
    onProgress: view.enter,
  })
    .catch((error: unknown) => {
      if (!isStackError(error, 'CLASS_MALFORMED')) throw error;
      const reason = `${path} cannot be proven: ${error.facts.reason}`;
      throw new StackError('USAGE', { reason }, { cause: error });
    })
    .finally(async () => {
      view.end();
      await prover.close();
    });
  const file = encodeProgramProof(made);
  const report = verifyProgramProof(file);
  if (report.status !== 'verified') {
    throw new StackError('PROVER', { reason: `the proof does not verify: ${report.reason}` });
  }
  const out = options.out ?? `${basename(path).replace(/\.json$/, '')}.proof`;
  await atomicWrite(out, file);
  const ms = Math.round(performance.now() - started);
  const { steps: executedSteps, timings } = made.notes;
  if (options.json === true) {
    const phases = Object.fromEntries(timings.map(([phase, spent]) => [phase, Math.round(spent)]));
    const { reason: _reason, status: _status, ms: verifyMs, ...proven } = report;
    const summary = {
      file: out,
      bytes: file.length,
      executedSteps,
      ...proven,
      ms,
      verifyMs,
      phases,
    };
    context.print(JSON.stringify(summary));
    return EXIT.ok;
  }
  context.print(renderProgramReport(report, context.out));
  const kilobytes = Math.round(file.length / 1024);
  context.print(`${out}: ${kilobytes} KB, ${executedSteps} steps run, ${(ms / 1000).toFixed(1)} s`);
  return EXIT.ok;
}

/** Arguments in a file, or given as JSON themselves: a list. */
async function readInput(input: string): Promise<Felt[]> {
  const isJson = input.trimStart().startsWith('[');
  return parseArguments(isJson ? parseJson(input, '--input') : await readNamedJson(input));
}
