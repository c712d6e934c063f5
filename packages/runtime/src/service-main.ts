import { isStackError } from '@stackctl/types';
import { type Env, envEnum } from './env.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { reasonOf } from './files.ts';
import { createLogger, LOG_LEVELS, type Logger } from './logger.ts';

/** How long a service may take to stop before it is cut off. */
export const STOP_GRACE_MS = 2_000;

export interface ServiceContext {
  readonly env: Env;
  readonly log: Logger;
  /** Aborts when the service must stop, while it is still starting too. */
  readonly signal: AbortSignal;
}

export interface RunningService {
  stop(): Promise<void> | void;
}

/** Services know three causes of death; the rest of the catalogue is 4 for them. */
function serviceExitCode(error: unknown): number {
  const code = exitCodeOf(error);
  return code === EXIT.config || code === EXIT.port ? code : EXIT.fatal;
}

/**
 * Runs a service as a process. `start` resolves when it serves; then:
 * - SIGTERM, SIGINT, or the end of stdin with STACKCTL_SUPERVISED=1 (the supervisor died) stop it:
 *   exit 0, or 4 when `stop` fails or takes longer than STOP_GRACE_MS; a second signal cuts it off;
 * - an error of `start`, an uncaught exception or an unhandled rejection ends it: the last line of
 *   the log is {level: "fatal", code, facts}; exit 2 (configuration, stale state), 3 (port), 4.
 */
export function serviceMain(
  name: string,
  start: (context: ServiceContext) => Promise<RunningService> | RunningService,
): void {
  const env: Env = process.env;
  let log = createLogger(name);
  const controller = new AbortController();
  let stopping = false;
  let exiting = false;
  let started: Promise<RunningService> | undefined;

  const exit = (code: number): void => {
    if (exiting) return;
    exiting = true;
    process.exit(code);
  };
  const die = (error: unknown): void => {
    if (exiting) return;
    const known = isStackError(error);
    log.fatal(
      reasonOf(error),
      known
        ? { code: error.code, facts: error.facts, ...(error.cause ? { cause: error.cause } : {}) }
        : { error },
    );
    exit(serviceExitCode(error));
  };
  const stop = async (reason: string): Promise<void> => {
    if (stopping) {
      if (reason !== 'stdin ended') exit(EXIT.fatal); // asked again: no more patience
      return;
    }
    stopping = true;
    log.info('stopping', { reason });
    setTimeout(() => {
      log.error('did not stop in time', { graceMs: STOP_GRACE_MS });
      exit(EXIT.fatal);
    }, STOP_GRACE_MS).unref();
    controller.abort(new DOMException(`stopping: ${reason}`, 'AbortError'));
    // A start that gives up because of the signal is a clean stop, whatever it throws.
    const running = await started?.catch(() => undefined);
    try {
      await running?.stop();
    } catch (error) {
      return die(error);
    }
    exit(EXIT.ok);
  };

  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  process.stderr.on('error', () => {}); // nobody reads the log any more: keep working
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  if (env.STACKCTL_SUPERVISED === '1') {
    process.stdin.on('end', () => void stop('stdin ended'));
    process.stdin.on('error', () => void stop('stdin ended'));
    process.stdin.resume();
  }

  try {
    log = createLogger(name, { level: envEnum(env, 'LOG_LEVEL', LOG_LEVELS, 'info') });
  } catch (error) {
    die(error);
    return;
  }
  // A service lives until it is told to stop, even while nothing but a promise keeps it.
  setInterval(() => {}, 1 << 30);
  const begun = performance.now();
  started = Promise.resolve().then(() => start({ env, log, signal: controller.signal }));
  started.then(
    () => log.info('ready', { ms: Math.round(performance.now() - begun) }),
    (error: unknown) => {
      if (!stopping) die(error);
    },
  );
}
