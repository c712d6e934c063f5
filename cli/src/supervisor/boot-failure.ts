import { EXIT, reasonOf } from '@stackctl/runtime';
import { type ErrorCode, type ErrorFacts, StackError } from '@stackctl/types';
import { describeExit, type Exit } from '../runner/runner.ts';
import type { BootFailure } from './state.ts';

/** The last words of a service: `serviceMain`'s fatal line, when its log ends with one. */
interface LastWords {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts[ErrorCode];
}

/** Codes with which a service can say that a restart is of no use. */
const CONFIGURATION: ReadonlySet<string> = new Set([
  'CONFIG_INVALID',
  'CONFIG_UNREADABLE',
  'STALE_STATE',
  'USAGE',
]);

export function lastWords(tail: readonly string[]): LastWords | undefined {
  for (const line of tail.toReversed()) {
    try {
      const parsed = JSON.parse(line) as Partial<LastWords> & { level?: string };
      if (parsed.level !== 'fatal') continue;
      return parsed.code !== undefined && parsed.facts !== undefined
        ? { code: parsed.code, facts: parsed.facts }
        : undefined;
    } catch {
      // not one of our lines
    }
  }
  return undefined;
}

/**
 * A death at boot as an error of the catalogue, by its exit code: what the service itself said for 2
 * and 3, SERVICE_DIED for the rest. The log's tail is shown by whoever reports it, not kept in it.
 */
export function failureOf(service: string, exit: Exit, tail: readonly string[]): BootFailure {
  const words = lastWords(tail);
  if (words !== undefined) {
    const { code, facts } = words;
    const config = exit.code === EXIT.config && CONFIGURATION.has(code);
    if (config || (exit.code === EXIT.port && code === 'PORT_TAKEN')) {
      return { service, code, facts: { ...facts } };
    }
  }
  if (exit.code === EXIT.config) {
    return { service, code: 'USAGE', facts: { reason: `${service} refuses its configuration` } };
  }
  if (exit.code === EXIT.port) return { service, code: 'PORT_TAKEN', facts: { service, port: 0 } };
  return {
    service,
    code: 'SERVICE_DIED',
    facts: { service, exit: describeExit(exit), logTail: '' },
  };
}

export function timeoutOf(service: string, what: string, seconds: number): BootFailure {
  return { service, code: 'TIMEOUT', facts: { waitingFor: `${service} ${what}`, seconds } };
}

/** The failure as an error to throw. */
export function asStackError(failure: BootFailure): StackError {
  try {
    return new StackError(failure.code as ErrorCode, failure.facts as never);
  } catch (error) {
    // A code that this version does not know.
    const reason = `${failure.code}: ${reasonOf(error)}`;
    return new StackError('SERVICE_UNHEALTHY', { service: failure.service, reason, logTail: '' });
  }
}
