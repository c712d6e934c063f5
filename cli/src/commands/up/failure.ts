import { reasonOf } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import type { Context } from '../../context.ts';
import type { HomePaths } from '../../home/paths.ts';
import { tailLines } from '../../view/log-files.ts';
import { formatLogLine } from '../../view/log-line.ts';

const SHOWN_LINES = 15;

/** What went wrong, the service that it concerns, and the last that it said. */
export function reportFailure(
  context: Context,
  home: HomePaths,
  error: unknown,
  service: string | undefined,
): void {
  const { err } = context;
  if (isStackError(error, 'INTERRUPTED')) {
    context.note(err.yellow(`Interrupted (${error.facts.signal}); stopping the stack.`));
    return;
  }
  const reason = reasonOf(error);
  const subject = service === undefined || reason.includes(service) ? '' : `${service}: `;
  context.note(`${err.red('error')} ${subject}${reason}`);
  if (isStackError(error, 'STALE_STATE') && !reason.includes('stackctl clean')) {
    context.note('Its data belongs to another run: run `stackctl clean` to start over.');
  }
  if (service === undefined) return;
  const lines = tailLines(home.log(service), SHOWN_LINES);
  context.note(err.bold(`--- last lines of ${service} (${home.log(service)})`));
  for (const line of lines) context.note(formatLogLine(service, line, err));
  if (lines.length === 0) context.note(err.dim('(it said nothing)'));
}
