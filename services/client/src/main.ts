import { EXIT, exitCodeOf } from '@stackctl/runtime';
import { HELP, parseOptions } from './options.ts';
import { type RunResult, run } from './run.ts';

/** Exit code: 0 when every accepted transaction was included, 1 when some were not or none was accepted. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  process.once('SIGTERM', () => abort.abort());
  const result = await run(options, note, abort.signal);
  for (const { reason, count } of result.reasons.slice(0, 5)) note(`rejected ${count}: ${reason}`);
  if (result.missing > 0) note(`${result.missing} accepted transactions are in no block`);
  process.stdout.write(options.json ? `${JSON.stringify(result.report)}\n` : describe(result));
  if (abort.signal.aborted) return EXIT.interrupted;
  const nothing = result.report.sent > 0 && result.report.accepted === 0;
  return result.missing > 0 || nothing ? EXIT.negative : 0;
}

function describe({ report }: RunResult): string {
  const { p50, p95, p99 } = report.latencyMs;
  return [
    `sent      ${report.sent}`,
    `accepted  ${report.accepted}`,
    `rejected  ${report.rejected}`,
    `included  ${report.included} (reverted ${report.reverted})`,
    `rate      ${report.tps} included/s`,
    `latency   p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms (scheduled to executed in a block)`,
    '',
  ].join('\n');
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  note(error instanceof Error ? error.message : String(error));
  process.exitCode = exitCodeOf(error);
}
