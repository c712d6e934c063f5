import { EXIT } from '@stackctl/runtime';
import type { Context } from '../../context.ts';
import { homeOf, type SettingsOptions, settings } from '../settings.ts';
import { type Check, checks } from './checks.ts';

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

/** Exit 0 unless a check fails; warnings do not count. */
export async function doctorAction(
  context: Context,
  options: SettingsOptions & { readonly json?: boolean },
): Promise<number> {
  const { config } = settings(context, options);
  const results: Check[] = await Promise.all(
    checks({ context, config, home: homeOf(context, options) }),
  );
  const failed = results.some(({ result }) => result === 'fail');
  if (options.json === true) {
    context.print(JSON.stringify({ ok: !failed, checks: results }));
  } else {
    for (const { name, result, detail, remedy } of results) {
      const colour = { ok: context.out.green, warn: context.out.yellow, fail: context.out.red }[
        result
      ];
      context.print(`${colour(MARKS[result])}  ${name.padEnd(12)} ${detail}`);
      if (remedy !== undefined) context.print(`${' '.repeat(19)}${context.out.dim(remedy)}`);
    }
  }
  return failed ? EXIT.fatal : EXIT.ok;
}
