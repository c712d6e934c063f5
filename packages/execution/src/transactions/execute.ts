import type { HashedTransaction } from '@stackctl/types';
import { RejectedError, type TransactionOutcome } from '../outcome.ts';
import { runAccountTransaction } from './account.ts';
import type { Environment, ExecutionFlags } from './environment.ts';
import { runL1Handler } from './l1-handler.ts';

/**
 * Runs one transaction on the environment's state. A rejected one leaves nothing behind, neither in
 * the state nor in its witness.
 */
export function executeTransaction(
  environment: Environment,
  { hash, transaction }: HashedTransaction,
  flags: ExecutionFlags,
): TransactionOutcome {
  const start = environment.state.checkpoint();
  try {
    return transaction.type === 'L1_HANDLER'
      ? runL1Handler(environment, { hash, transaction })
      : runAccountTransaction(environment, { hash, transaction }, flags);
  } catch (error) {
    environment.state.discard(start);
    if (!(error instanceof RejectedError)) throw error;
    return { rejected: { code: error.code, message: error.message } };
  }
}
