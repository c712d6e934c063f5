import { EXIT } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { Context } from '../../context.ts';
import { readRun } from '../../home/run.ts';
import { askSupervisor } from '../../supervisor/control-client.ts';
import { waitHealthy } from '../../supervisor/wait.ts';
import { homeOf, type SettingsOptions } from '../settings.ts';

/** From the restart to its healthy probe, milliseconds. */
const DEADLINE_MS = 60_000;

export async function restartAction(
  context: Context,
  service: string,
  options: SettingsOptions,
): Promise<number> {
  const home = homeOf(context, options);
  const running =
    readRun(home) !== undefined &&
    (await askSupervisor(home.socket, { op: 'restart', service }, DEADLINE_MS)) !== undefined;
  if (!running) throw new StackError('NOT_RUNNING', { home: home.dir });
  await waitHealthy(home, [service], DEADLINE_MS);
  context.note(`${service} runs again.`);
  return EXIT.ok;
}
