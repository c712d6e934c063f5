/**
 * The one catalogue of failures that cross a package boundary. Each is a code with its facts; the
 * sentence is made here, once. Tests compare codes.
 */
export interface ErrorFacts {
  CONFIG_INVALID: { file: string; key: string; expected: string; got: string };
  CONFIG_UNREADABLE: { file: string; reason: string };
  USAGE: { reason: string };
  PORT_TAKEN: { service: string; port: number };
  SERVICE_DIED: { service: string; exit: string; logTail: string };
  SERVICE_UNHEALTHY: { service: string; reason: string; logTail: string };
  TIMEOUT: { waitingFor: string; seconds: number };
  INTERRUPTED: { signal: string };
  STALE_STATE: { reason: string };
  NOT_RUNNING: { home: string };
  STORE_CORRUPT: { path: string; reason: string };
  DISK: { path: string; reason: string };
  /** A store of objects elsewhere does not answer, or answers that it cannot now. */
  STORE_UNREACHABLE: { url: string; reason: string };
  CLASS_UNKNOWN: { classHash: string };
  CLASS_MALFORMED: { reason: string };
  REVERTED: { transaction: string; reason: string };
  REFUSED: { what: string; reason: string };
  VM: { pc: string; reason: string };
  PROOF_REJECTED: { reason: string };
  PROVER: { reason: string };
  CONSENSUS_DIVERGED: { height: number; valueId: string };
  RPC_UNREACHABLE: { url: string; reason: string };
  RPC_ERROR: { url: string; method: string; code: number; message: string };
}
export type ErrorCode = keyof ErrorFacts;

const TEXTS: { [C in ErrorCode]: (facts: ErrorFacts[C]) => string } = {
  CONFIG_INVALID: (f) => `${f.file}: ${f.key}: expected ${f.expected}, got ${f.got}`,
  CONFIG_UNREADABLE: (f) => `${f.file}: ${f.reason}`,
  USAGE: (f) => f.reason,
  PORT_TAKEN: (f) => `${f.service}: port ${f.port} is taken by another program`,
  SERVICE_DIED: (f) => `${f.service} died (${f.exit})${tail(f.logTail)}`,
  SERVICE_UNHEALTHY: (f) => `${f.service} is not healthy: ${f.reason}${tail(f.logTail)}`,
  TIMEOUT: (f) => `gave up after ${f.seconds} s waiting for ${f.waitingFor}`,
  INTERRUPTED: (f) => `interrupted (${f.signal})`,
  STALE_STATE: (f) => f.reason,
  NOT_RUNNING: (f) => `no stack is running in ${f.home}`,
  STORE_CORRUPT: (f) => `${f.path}: corrupt store: ${f.reason}`,
  DISK: (f) => `${f.path}: ${f.reason}`,
  STORE_UNREACHABLE: (f) => `${f.url} cannot be used now: ${f.reason}`,
  CLASS_UNKNOWN: (f) => `class ${f.classHash} is not declared`,
  CLASS_MALFORMED: (f) => `malformed class: ${f.reason}`,
  REVERTED: (f) => `transaction ${f.transaction} was reverted: ${f.reason}`,
  REFUSED: (f) => `${f.what}: ${f.reason}`,
  VM: (f) => `Error at pc=${f.pc}: ${f.reason}`,
  PROOF_REJECTED: (f) => `proof rejected: ${f.reason}`,
  PROVER: (f) => `proving failed: ${f.reason}`,
  CONSENSUS_DIVERGED: (f) =>
    `two thirds of the validators committed block ${f.height} (${f.valueId}), which this node finds invalid`,
  RPC_UNREACHABLE: (f) => `${f.url} does not answer: ${f.reason}`,
  RPC_ERROR: (f) => `${f.url}: ${f.method}: ${f.message} (${f.code})`,
};

function tail(log: string): string {
  return log === '' ? '' : `; its last lines:\n${log}`;
}

/** An error of the catalogue. Nothing in the project throws a bare `Error` across a package boundary. */
export class StackError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly facts: ErrorFacts[C];

  constructor(code: C, facts: ErrorFacts[C], options?: ErrorOptions) {
    super(TEXTS[code](facts), options);
    this.name = 'StackError';
    this.code = code;
    this.facts = facts;
  }
}

/** Narrows an unknown to a catalogue error, of one code when given. */
export function isStackError<C extends ErrorCode>(
  error: unknown,
  code?: C,
): error is StackError<C> {
  return error instanceof StackError && (code === undefined || error.code === code);
}
