import { EXIT } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { Context } from '../../context.ts';
import { readRun } from '../../home/run.ts';
import { askSupervisor } from '../../supervisor/control-client.ts';
import type { Fault } from '../../supervisor/protocol.ts';
import { homeOf, type SettingsOptions } from '../settings.ts';

const FAULT_OF = { kill: 'kill', pause: 'pause', heal: 'resume' } as const satisfies Record<
  string,
  Fault
>;
const SAID = {
  kill: 'is dead, and will be started again',
  pause: 'hangs until `stackctl chaos heal`',
  heal: 'goes on',
} as const;

export async function chaosAction(
  context: Context,
  what: keyof typeof FAULT_OF,
  service: string,
  options: SettingsOptions,
): Promise<number> {
  const home = homeOf(context, options);
  const request = { op: 'disturb', service, fault: FAULT_OF[what] } as const;
  const done =
    readRun(home) !== undefined && (await askSupervisor(home.socket, request)) !== undefined;
  if (!done) throw new StackError('NOT_RUNNING', { home: home.dir });
  context.note(`${service} ${SAID[what]}.`);
  return EXIT.ok;
}
