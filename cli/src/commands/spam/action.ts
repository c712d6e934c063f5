import { StackError } from '@stackctl/types';
import type { Context } from '../../context.ts';
import { inspect } from '../../supervisor/inspect.ts';
import { type ClientLoad, runClient } from '../../tasks/client.ts';
import { environmentOf } from '../../view/environment.ts';
import { homeOf, requireRun, type SettingsOptions, settings } from '../settings.ts';

export interface SpamOptions extends SettingsOptions, Partial<ClientLoad> {
  readonly json?: boolean;
}

export async function spamAction(context: Context, options: SpamOptions): Promise<number> {
  const home = homeOf(context, options);
  const { client } = settings(context, options).config;
  const standing = await inspect(home);
  if (standing.kind !== 'live') throw new StackError('NOT_RUNNING', { home: home.dir });
  const environment = environmentOf(home, requireRun(home), standing.state);
  const { json: _json, home: _home, config: _config, preset: _preset, ...chosen } = options;
  const mix = Object.entries(client.mix)
    .map(([kind, weight]) => `${kind}=${weight}`)
    .join(',');
  const run = runClient(context, environment, {
    rate: client.rate,
    duration: client.duration,
    seed: client.seed,
    mix,
    ...chosen,
  });
  return await run.inherit(options.json === true);
}
