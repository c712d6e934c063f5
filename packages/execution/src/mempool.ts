import type { AccountTransaction, BlockContext, Felt, StateReader } from '@stackctl/types';
import { CachedState } from './cached-state.ts';
import { type Classes, registryOf } from './classes.ts';
import type { Rejection } from './outcome.ts';
import { validateAccountTransaction } from './transactions/account.ts';

export interface MempoolValidationOptions {
  readonly block: BlockContext;
  readonly state: StateReader;
  readonly classes: Classes;
  /** How far a nonce may be ahead of the account's. Default 50. */
  readonly maxNonceGap?: number;
  /** A DEPLOY_ACCOUNT of the sender waits in the pool: there is no account to ask yet. */
  readonly deploymentPending?: boolean;
}

const DEFAULT_NONCE_GAP = 50;

/**
 * Whether a pool should take a transaction: version, nonce not used and not too far ahead, bounds and
 * balance, and the account's own validation (for a deployment its constructor as well). Returns why
 * not; undefined when it should.
 */
export function validateForMempool(
  hashed: { readonly hash: Felt; readonly transaction: AccountTransaction },
  options: MempoolValidationOptions,
): Rejection | undefined {
  const { block, maxNonceGap = DEFAULT_NONCE_GAP, deploymentPending = false } = options;
  const classes = registryOf(options.classes);
  const state = new CachedState(options.state);
  return validateAccountTransaction(
    { block, state, classes, recorder: undefined },
    hashed,
    maxNonceGap,
    deploymentPending,
  );
}
