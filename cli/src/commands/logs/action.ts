import { readdirSync } from 'node:fs';
import { EXIT, systemClock } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { Context } from '../../context.ts';
import type { HomePaths } from '../../home/paths.ts';
import { readRange, sizeOf, tailLines } from '../../view/log-files.ts';
import { formatLogLine } from '../../view/log-line.ts';
import { homeOf, requireRun, type SettingsOptions } from '../settings.ts';

export interface LogsOptions extends SettingsOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly json?: boolean;
}

interface Line {
  readonly service: string;
  readonly text: string;
}

function servicesWithLogs(home: HomePaths): string[] {
  try {
    return readdirSync(home.logs)
      .filter((name) => name.endsWith('.log'))
      .map((name) => name.slice(0, -'.log'.length))
      .sort();
  } catch {
    return [];
  }
}

/** The time that a line carries, for merging; lines without one stay behind the line before them. */
function byTime(lines: readonly Line[]): Line[] {
  let last = '';
  const timed = lines.map((line) => {
    const time = /"time":"([^"]+)"/.exec(line.text)?.[1];
    if (time !== undefined) last = time;
    return { line, time: last };
  });
  return timed
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .map(({ line }) => line);
}

export async function logsAction(
  context: Context,
  service: string | undefined,
  options: LogsOptions,
): Promise<number> {
  const home = homeOf(context, options);
  requireRun(home);
  const known = servicesWithLogs(home);
  if (service !== undefined && !known.includes(service)) {
    const reason = `no log of ${service}; there are ${known.join(', ') || 'none yet'}`;
    throw new StackError('USAGE', { reason });
  }
  const services =
    service === undefined ? known.filter((name) => name !== 'supervisor') : [service];
  const show = (lines: readonly Line[]) => {
    for (const line of lines) {
      context.print(
        options.json === true ? line.text : formatLogLine(line.service, line.text, context.out),
      );
    }
  };

  const offsets = new Map(services.map((name) => [name, sizeOf(home.log(name))]));
  show(
    byTime(
      services.flatMap((name) =>
        tailLines(home.log(name), options.lines, offsets.get(name)).map((text) => ({
          service: name,
          text,
        })),
      ),
    ),
  );
  if (options.follow !== true) return EXIT.ok;

  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => ending.abort());
  }
  process.stdout.once('error', () => ending.abort());
  const rest = new Map<string, string>();
  while (!ending.signal.aborted) {
    show(byTime(services.flatMap((name) => newLines(home, name, offsets, rest))));
    await systemClock.sleep(150, ending.signal).catch(() => {});
  }
  return EXIT.ok;
}

/** Whole lines that came since the last look; a file that was begun anew is read from its start. */
function newLines(
  home: HomePaths,
  service: string,
  offsets: Map<string, number>,
  rest: Map<string, string>,
): Line[] {
  const path = home.log(service);
  const size = sizeOf(path);
  let from = offsets.get(service) ?? 0;
  if (size < from) {
    from = 0;
    rest.delete(service);
  }
  if (size === from) return [];
  offsets.set(service, size);
  const text = `${rest.get(service) ?? ''}${readRange(path, from, size).toString('utf8')}`;
  const lines = text.split('\n');
  rest.set(service, lines.pop() ?? '');
  return lines.map((line) => ({ service, text: line }));
}
