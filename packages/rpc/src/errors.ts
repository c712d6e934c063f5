/** CONTRACT_EXECUTION_ERROR: a reason, or the frame it was raised in with the error inside. */
export type ContractExecutionError =
  | string
  | {
      readonly contract_address: string;
      readonly class_hash: string;
      readonly selector: string;
      readonly error: ContractExecutionError;
    };

/**
 * The data that each error carries; `undefined` where the specification has none. (53, 54 and
 * 60 have none there, and are told which resource or hash is meant all the same; 24 and 42 say
 * which history is kept when that is the reason.)
 */
export interface RpcErrorData {
  PARSE_ERROR: string | undefined;
  INVALID_REQUEST: string | undefined;
  METHOD_NOT_FOUND: string | undefined;
  INVALID_PARAMS: string | undefined;
  INTERNAL_ERROR: string | undefined;
  FAILED_TO_RECEIVE_TXN: undefined;
  NO_TRACE_AVAILABLE: { readonly status: 'RECEIVED' | 'REJECTED' };
  CONTRACT_NOT_FOUND: undefined;
  ENTRYPOINT_NOT_FOUND: undefined;
  BLOCK_NOT_FOUND: string | undefined;
  INVALID_TXN_INDEX: undefined;
  CLASS_HASH_NOT_FOUND: undefined;
  TXN_HASH_NOT_FOUND: undefined;
  PAGE_SIZE_TOO_BIG: undefined;
  NO_BLOCKS: undefined;
  INVALID_CONTINUATION_TOKEN: undefined;
  TOO_MANY_KEYS_IN_FILTER: undefined;
  CONTRACT_ERROR: { readonly revert_error: ContractExecutionError };
  TRANSACTION_EXECUTION_ERROR: {
    readonly transaction_index: number;
    readonly execution_error: ContractExecutionError;
  };
  STORAGE_PROOF_NOT_SUPPORTED: string | undefined;
  CLASS_ALREADY_DECLARED: undefined;
  INVALID_TRANSACTION_NONCE: string;
  INSUFFICIENT_RESOURCES_FOR_VALIDATE: string | undefined;
  INSUFFICIENT_ACCOUNT_BALANCE: string | undefined;
  VALIDATION_FAILURE: string;
  COMPILATION_FAILED: string;
  CONTRACT_CLASS_SIZE_IS_TOO_LARGE: undefined;
  NON_ACCOUNT: undefined;
  DUPLICATE_TX: undefined;
  COMPILED_CLASS_HASH_MISMATCH: string | undefined;
  UNSUPPORTED_TX_VERSION: undefined;
  UNSUPPORTED_CONTRACT_CLASS_VERSION: undefined;
  UNEXPECTED_ERROR: string;
  REPLACEMENT_TRANSACTION_UNDERPRICED: undefined;
  FEE_BELOW_MINIMUM: undefined;
  INVALID_SUBSCRIPTION_ID: undefined;
  TOO_MANY_ADDRESSES_IN_FILTER: undefined;
  TOO_MANY_BLOCKS_BACK: undefined;
  INVALID_PROOF: undefined;
  COMPILATION_ERROR: { readonly compilation_error: string };
  DEVNET_ERROR: string;
}
export type RpcErrorName = keyof RpcErrorData;

/**
 * Codes and messages: JSON-RPC 2.0 section 5.1, then `components/errors` of the specification
 * 0.10.2 (api, trace, write, ws, executables), word for word.
 */
export const RPC_ERRORS: {
  readonly [N in RpcErrorName]: readonly [code: number, message: string];
} = {
  PARSE_ERROR: [-32700, 'Parse error'],
  INVALID_REQUEST: [-32600, 'Invalid Request'],
  METHOD_NOT_FOUND: [-32601, 'Method not found'],
  INVALID_PARAMS: [-32602, 'Invalid params'],
  INTERNAL_ERROR: [-32603, 'Internal error'],
  FAILED_TO_RECEIVE_TXN: [1, 'Failed to write transaction'],
  NO_TRACE_AVAILABLE: [10, 'No trace available for transaction'],
  CONTRACT_NOT_FOUND: [20, 'Contract not found'],
  ENTRYPOINT_NOT_FOUND: [21, 'Requested entry point does not exist in the contract'],
  BLOCK_NOT_FOUND: [24, 'Block not found'],
  INVALID_TXN_INDEX: [27, 'Invalid transaction index in a block'],
  CLASS_HASH_NOT_FOUND: [28, 'Class hash not found'],
  TXN_HASH_NOT_FOUND: [29, 'Transaction hash not found'],
  PAGE_SIZE_TOO_BIG: [31, 'Requested page size is too big'],
  NO_BLOCKS: [32, 'There are no blocks'],
  INVALID_CONTINUATION_TOKEN: [33, 'The supplied continuation token is invalid or unknown'],
  TOO_MANY_KEYS_IN_FILTER: [34, 'Too many keys provided in a filter'],
  CONTRACT_ERROR: [40, 'Contract error'],
  TRANSACTION_EXECUTION_ERROR: [41, 'Transaction execution error'],
  STORAGE_PROOF_NOT_SUPPORTED: [
    42,
    "the node doesn't support storage proofs for blocks that are too far in the past",
  ],
  CLASS_ALREADY_DECLARED: [51, 'Class already declared'],
  INVALID_TRANSACTION_NONCE: [52, 'Invalid transaction nonce'],
  INSUFFICIENT_RESOURCES_FOR_VALIDATE: [
    53,
    "The transaction's resources don't cover validation or the minimal transaction fee",
  ],
  INSUFFICIENT_ACCOUNT_BALANCE: [
    54,
    "Account balance is smaller than the transaction's maximal fee (calculated as the sum of each resource's limit x max price)",
  ],
  VALIDATION_FAILURE: [55, 'Account validation failed'],
  COMPILATION_FAILED: [56, 'Compilation failed'],
  CONTRACT_CLASS_SIZE_IS_TOO_LARGE: [57, 'Contract class size is too large'],
  NON_ACCOUNT: [58, 'Sender address is not an account contract'],
  DUPLICATE_TX: [59, 'A transaction with the same hash already exists in the mempool'],
  COMPILED_CLASS_HASH_MISMATCH: [
    60,
    'the compiled class hash did not match the one supplied in the transaction',
  ],
  UNSUPPORTED_TX_VERSION: [61, 'the transaction version is not supported'],
  UNSUPPORTED_CONTRACT_CLASS_VERSION: [62, 'the contract class version is not supported'],
  UNEXPECTED_ERROR: [63, 'An unexpected error occurred'],
  REPLACEMENT_TRANSACTION_UNDERPRICED: [64, 'Replacement transaction is underpriced'],
  FEE_BELOW_MINIMUM: [65, 'Transaction fee below minimum'],
  INVALID_SUBSCRIPTION_ID: [66, 'Invalid subscription id'],
  TOO_MANY_ADDRESSES_IN_FILTER: [67, 'Too many addresses in filter sender_address filter'],
  TOO_MANY_BLOCKS_BACK: [68, 'Cannot go back more than 1024 blocks'],
  INVALID_PROOF: [69, 'The proof field in the invoke v3 transaction is invalid'],
  COMPILATION_ERROR: [100, 'Failed to compile the contract'],
  // Not of the specification: starknet-devnet answers its own failures with -1.
  DEVNET_ERROR: [-1, 'Development command refused'],
};

/** The error object of a JSON-RPC response. */
export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** A failure that the caller of a method is told, with the code of the specification. */
export class RpcError<N extends RpcErrorName = RpcErrorName> extends Error {
  readonly error: N;
  readonly data: RpcErrorData[N];

  constructor(error: N, data: RpcErrorData[N]) {
    super(RPC_ERRORS[error][1]);
    this.name = 'RpcError';
    this.error = error;
    this.data = data;
  }

  get code(): number {
    return RPC_ERRORS[this.error][0];
  }

  toObject(): RpcErrorObject {
    const [code, message] = RPC_ERRORS[this.error];
    return this.data === undefined ? { code, message } : { code, message, data: this.data };
  }
}

type DataArgument<N extends RpcErrorName> = undefined extends RpcErrorData[N]
  ? [data?: RpcErrorData[N]]
  : [data: RpcErrorData[N]];

/** `throw rpcError('BLOCK_NOT_FOUND')`; the data is demanded where the specification has some. */
export function rpcError<N extends RpcErrorName>(error: N, ...data: DataArgument<N>): RpcError<N> {
  return new RpcError(error, data[0] as RpcErrorData[N]);
}

/** Name of a code, for readers of responses. */
export function errorNameOf(code: number): RpcErrorName | undefined {
  const names = Object.keys(RPC_ERRORS) as RpcErrorName[];
  return names.find((name) => RPC_ERRORS[name][0] === code);
}
