import { EXIT } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { Context } from '../../context.ts';
import { inspect } from '../../supervisor/inspect.ts';
import { environmentOf } from '../../view/environment.ts';
import { homeOf, requireRun, type SettingsOptions } from '../settings.ts';

export interface EnvOptions extends SettingsOptions {
  readonly json?: boolean;
  readonly dotenv?: boolean;
}

/** Ports are known only while the stack runs, so that is required. */
export async function envAction(context: Context, options: EnvOptions): Promise<number> {
  const home = homeOf(context, options);
  const run = requireRun(home);
  const standing = await inspect(home);
  if (standing.kind !== 'live') throw new StackError('NOT_RUNNING', { home: home.dir });
  const variables = environmentOf(home, run, standing.state);
  if (options.json === true) {
    context.print(JSON.stringify(variables));
    return EXIT.ok;
  }
  const prefix = options.dotenv === true ? '' : 'export ';
  for (const [name, value] of Object.entries(variables)) {
    // Double quotes mean the same to a shell and to .env readers; no value holds $, ` or ".
    context.print(`${prefix}${name}="${value}"`);
  }
  return EXIT.ok;
}
