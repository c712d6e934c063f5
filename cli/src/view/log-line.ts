import type { ChalkInstance } from 'chalk';

const COLOURS = {
  debug: 'gray',
  info: 'cyan',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
} as const;
type Level = keyof typeof COLOURS;

function value(field: unknown): string {
  if (typeof field === 'string') return /^[^\s"=]+$/.test(field) ? field : JSON.stringify(field);
  return JSON.stringify(field);
}

/** Fields of an error, its stack left to the raw log. */
function fields(rest: Readonly<Record<string, unknown>>): string {
  return Object.entries(rest)
    .map(([key, field]) => {
      const message = (field as { message?: unknown } | null)?.message;
      return `${key}=${value(typeof message === 'string' ? message : field)}`;
    })
    .join(' ');
}

/** One line of a service's log for people; text that is none of our JSON stays as it is. */
export function formatLogLine(service: string, line: string, chalk: ChalkInstance): string {
  const name = chalk.bold(service.padEnd(14));
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    parsed = undefined;
  }
  const record = parsed as Record<string, unknown> | undefined;
  if (typeof record?.level !== 'string' || !(record.level in COLOURS)) return `${name} ${line}`;
  const { time, level, service: _service, msg, ...others } = record;
  // The facts of a catalogue error are in its sentence already.
  const { facts: _facts, ...withoutFacts } = others;
  const rest = level === 'fatal' ? withoutFacts : others;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const mark = chalk[COLOURS[level as Level]](String(level as string).padEnd(5));
  const tail = fields(rest);
  return `${chalk.dim(clock)} ${mark} ${name} ${String(msg)}${tail === '' ? '' : ` ${chalk.dim(tail)}`}`;
}
