import type { CallRecord, MeteredUsage } from '@stackctl/execution';

/**
 * One call of a block as its proof shows it: every value is read from proven public memory. `steps` alone
 * is the prover's word, bounded by the length of the run; what code that counts its own gas is charged
 * does not depend on it.
 */
export interface VerifiedCall
  extends Omit<
    CallRecord,
    'txIndex' | 'entryOffset' | 'builtins' | 'aborted' | 'stoppedUsage' | 'parent'
  > {
  /** The call's transaction, by its place in the block. */
  readonly transaction: number;
  /** The call whose syscall made this one, by index; undefined for a transaction's own calls. */
  readonly parent: number | undefined;
  /** Which of the parent's syscalls made it. */
  readonly parentSyscall: number | undefined;
}

/**
 * A transaction whose main call the machine stopped (out of steps, a broken rule of the machine): there is no return
 * to prove. What is stated instead: the transaction is accepted as reverted for this reason, and pays
 * for this usage.
 */
export interface StoppedCall {
  readonly transaction: number;
  readonly usage: MeteredUsage;
  readonly reason: string;
}

/** Everything that a block's proof says about the calls of the block, in order of start. */
export interface VerifiedCalls {
  readonly calls: readonly VerifiedCall[];
  readonly stopped: readonly StoppedCall[];
}
