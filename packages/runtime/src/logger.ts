import { feltToHex } from '@stackctl/types';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log: each call is one JSON line `{time, level, service, msg, ...fields}`. */
export interface Logger {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
  /** The last words of a process: level "fatal", never filtered. */
  fatal(msg: string, fields?: LogFields): void;
  /** The same log with fields that stand on each line. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** Lines below it are not written; default "info". */
  readonly level?: LogLevel;
  /** Default: standard error. */
  readonly stream?: { write(text: string): unknown };
}

/** Integers as hex, errors with their code and stack, bytes as hex: JSON has none of them. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value < 0n ? value.toString() : feltToHex(value);
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (value instanceof Error) {
    const { code } = value as { code?: unknown };
    return {
      ...(code === undefined ? {} : { code }),
      message: value.message,
      stack: value.stack,
      ...(value.cause === undefined ? {} : { cause: value.cause }),
    };
  }
  return value;
}

function encode(line: LogFields): string {
  try {
    return JSON.stringify(line, plain);
  } catch {
    // A cycle, or a getter that throws: the sentence must still come out.
    return JSON.stringify({ time: line.time, level: line.level, msg: String(line.msg) });
  }
}

export function createLogger(service: string, options: LoggerOptions = {}): Logger {
  const threshold = LOG_LEVELS.indexOf(options.level ?? 'info');
  const stream = options.stream ?? process.stderr;

  const make = (fixed: LogFields): Logger => {
    const write = (level: LogLevel | 'fatal', msg: string, fields?: LogFields): void => {
      if (level !== 'fatal' && LOG_LEVELS.indexOf(level) < threshold) return;
      const time = new Date().toISOString();
      stream.write(`${encode({ time, level, service, msg, ...fixed, ...fields })}\n`);
    };
    return {
      debug: (msg, fields) => write('debug', msg, fields),
      info: (msg, fields) => write('info', msg, fields),
      warn: (msg, fields) => write('warn', msg, fields),
      error: (msg, fields) => write('error', msg, fields),
      fatal: (msg, fields) => write('fatal', msg, fields),
      child: (fields) => make({ ...fixed, ...fields }),
    };
  };
  return make({});
}

/** A log that writes nothing, for tests. */
export const silentLogger: Logger = createLogger('silent', { stream: { write: () => true } });
