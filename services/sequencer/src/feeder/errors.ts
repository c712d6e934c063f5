/** Codes of the feeder gateway that this one uses, as its clients know them. */
export type FeederErrorCode =
  | 'StarknetErrorCode.BLOCK_NOT_FOUND'
  | 'StarknetErrorCode.UNDECLARED_CLASS'
  | 'StarknetErrorCode.OUT_OF_RANGE_BLOCK_HASH'
  | 'StarknetErrorCode.OUT_OF_RANGE_CLASS_HASH'
  | 'StarknetErrorCode.OUT_OF_RANGE_TRANSACTION_HASH'
  | 'StarknetErrorCode.NO_BLOCK_HEADER'
  | 'StarknetErrorCode.NO_SIGNATURE_FOR_PENDING_BLOCK'
  | 'StarkErrorCode.MALFORMED_REQUEST';

/** What a feeder request is answered with when it fails: HTTP 400 with `{code, message}`. */
export class FeederError extends Error {
  override readonly name = 'FeederError';
  readonly code: FeederErrorCode;

  constructor(code: FeederErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function malformed(message: string): FeederError {
  return new FeederError('StarkErrorCode.MALFORMED_REQUEST', message);
}
