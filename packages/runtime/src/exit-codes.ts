import { type ErrorCode, isStackError } from '@stackctl/types';

/** Exit codes of every program here, by cause. */
export const EXIT = {
  ok: 0,
  /** The program did its work, and the answer is no (a proof that does not verify, a reverted transaction). */
  negative: 1,
  /** Usage, configuration, or state that does not belong to it. */
  config: 2,
  port: 3,
  /** A service died or is unhealthy; any other fatal failure. */
  fatal: 4,
  timeout: 5,
  interrupted: 130,
} as const;

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  CONFIG_INVALID: EXIT.config,
  CONFIG_UNREADABLE: EXIT.config,
  USAGE: EXIT.config,
  STALE_STATE: EXIT.config,
  NOT_RUNNING: EXIT.config,
  PORT_TAKEN: EXIT.port,
  TIMEOUT: EXIT.timeout,
  INTERRUPTED: EXIT.interrupted,
  REVERTED: EXIT.negative,
  REFUSED: EXIT.negative,
};

/** The exit code for an error: by its catalogue code, 4 for everything else. */
export function exitCodeOf(error: unknown): number {
  return isStackError(error) ? (BY_CODE[error.code] ?? EXIT.fatal) : EXIT.fatal;
}
