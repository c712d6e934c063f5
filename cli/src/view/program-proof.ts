import type { ProgramReport } from '@stackctl/program-proof';
import type { ChalkInstance } from 'chalk';

/** Values of the output that are shown; --json has them all. */
const SHOWN_OUTPUT = 8;

/** A verdict on a program's proof, in one line or two. */
export function renderProgramReport(report: ProgramReport, chalk: ChalkInstance): string {
  const { status, program, output, steps, layout, securityBits, ms, reason } = report;
  const which = program === null ? '' : ` program ${program}`;
  if (status === 'failed') return `${chalk.red('failed')}${which}: ${reason}`;
  const head = `${chalk.green('verified')}${which}: ${steps} steps, layout ${layout}, ${securityBits} bits, checked in ${ms} ms`;
  if (output.length === 0) return head;
  const rest = output.length - SHOWN_OUTPUT;
  const more = rest > 0 ? `, and ${rest} more` : '';
  return `${head}\n  output ${output.slice(0, SHOWN_OUTPUT).join(', ')}${more}`;
}
