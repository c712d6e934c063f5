import type { Receipt, TransactionTrace } from '@stackctl/types';

/** Why a transaction cannot be included: the names are those of the RPC errors they become. */
export type RejectionCode =
  | 'INVALID_TRANSACTION_NONCE'
  | 'INSUFFICIENT_RESOURCES_FOR_VALIDATE'
  | 'INSUFFICIENT_ACCOUNT_BALANCE'
  | 'VALIDATION_FAILURE'
  | 'CLASS_ALREADY_DECLARED'
  | 'CLASS_HASH_NOT_FOUND'
  | 'COMPILED_CLASS_HASH_MISMATCH'
  | 'UNSUPPORTED_TX_VERSION'
  | 'FEE_BELOW_MINIMUM'
  /** The block has no room for it: it belongs into the next one. */
  | 'BLOCK_FULL';

export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
}

/** A transaction that enters a block, or why it does not. */
export type TransactionOutcome =
  | { readonly receipt: Receipt; readonly trace: TransactionTrace }
  | { readonly rejected: Rejection };

/** Thrown inside a transaction's flow; `executeTransaction` turns it into the outcome. */
export class RejectedError extends Error {
  override readonly name = 'RejectedError';
  readonly code: RejectionCode;

  constructor(code: RejectionCode, message: string) {
    super(message);
    this.code = code;
  }
}
