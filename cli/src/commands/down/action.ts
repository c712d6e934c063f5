import { EXIT } from '@stackctl/runtime';
import type { Context } from '../../context.ts';
import { endStack } from '../../supervisor/inspect.ts';
import { homeOf, type SettingsOptions } from '../settings.ts';

export async function downAction(context: Context, options: SettingsOptions): Promise<number> {
  const home = homeOf(context, options);
  const stopped = await endStack(home);
  context.note(
    stopped ? 'Stopped. Its data stays; `stackctl up` goes on.' : 'Nothing was running.',
  );
  return EXIT.ok;
}
