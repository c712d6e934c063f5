import { EXIT } from '@stackctl/runtime';
import { stackView } from '../../chain/stack-view.ts';
import type { Context } from '../../context.ts';
import { renderStatus } from '../../view/status.ts';
import { homeOf, type SettingsOptions } from '../settings.ts';

/** Exit 0 whatever the state: the question is answered, and the answer is the `state`. */
export async function statusAction(
  context: Context,
  options: SettingsOptions & { readonly json?: boolean },
): Promise<number> {
  const view = await stackView(homeOf(context, options));
  context.print(options.json === true ? JSON.stringify(view) : renderStatus(view, context.out));
  return EXIT.ok;
}
