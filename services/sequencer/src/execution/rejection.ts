import type { Rejection } from '@stackctl/execution';
import { type RpcError, rpcError } from '@stackctl/rpc';

/** The error that a submitted transaction is answered with: rejections have the names of errors. */
export function rejectionError({ code, message }: Rejection): RpcError {
  switch (code) {
    case 'INVALID_TRANSACTION_NONCE':
      return rpcError(code, message);
    case 'VALIDATION_FAILURE':
      return rpcError(code, message);
    case 'INSUFFICIENT_RESOURCES_FOR_VALIDATE':
      return rpcError(code, message);
    case 'INSUFFICIENT_ACCOUNT_BALANCE':
      return rpcError(code, message);
    case 'CLASS_ALREADY_DECLARED':
      return rpcError(code);
    case 'CLASS_HASH_NOT_FOUND':
      return rpcError(code);
    case 'COMPILED_CLASS_HASH_MISMATCH':
      return rpcError(code, message);
    case 'UNSUPPORTED_TX_VERSION':
      return rpcError(code);
    case 'FEE_BELOW_MINIMUM':
      return rpcError(code);
    case 'BLOCK_FULL':
      return rpcError('UNEXPECTED_ERROR', message);
  }
}
