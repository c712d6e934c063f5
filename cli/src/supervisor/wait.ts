import { StackError } from '@stackctl/types';
import type { HomePaths } from '../home/paths.ts';
import { tailLines } from '../view/log-files.ts';
import { watchState } from './control-client.ts';

/**
 * Waits until the named services of a running stack are healthy. SERVICE_UNHEALTHY when one has been
 * given up, TIMEOUT after `deadlineMs`, NOT_RUNNING when the supervisor goes away.
 */
export async function waitHealthy(
  home: HomePaths,
  names: readonly string[],
  deadlineMs: number,
): Promise<void> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const states = await watchState(home.socket, deadline);
  for await (const state of states ?? []) {
    const services = state.services.filter(({ name }) => names.includes(name));
    if (services.every(({ status }) => status === 'healthy')) return;
    const failed = services.find(({ status }) => status === 'failed');
    if (failed !== undefined) {
      throw new StackError('SERVICE_UNHEALTHY', {
        service: failed.name,
        reason: `given up after ${failed.lastExit ?? 'it died'}`,
        logTail: tailLines(home.log(failed.name), 10).join('\n'),
      });
    }
  }
  if (!deadline.aborted) throw new StackError('NOT_RUNNING', { home: home.dir });
  const waitingFor = `${names.join(', ')} to become healthy`;
  throw new StackError('TIMEOUT', { waitingFor, seconds: deadlineMs / 1_000 });
}
