/**
 * Numbers of the protocol that execution goes by: Starknet 0.14's versioned constants, where not
 * said otherwise. Gas is L2 gas.
 */
import { shortString } from '@stackctl/types';

/** Calls within calls within calls. */
export const MAX_CALL_DEPTH = 50;

export const VALIDATE_STEP_LIMIT = 1_000_000;
export const EXECUTE_STEP_LIMIT = 10_000_000;
/**
 * Steps that may be spent for each step that the L2 gas bound pays for: work beyond the bound is
 * reverted and not paid, so it is cut off. Above the most that a payable transaction can spend, whose
 * builtins count more against the limit than in the fee.
 */
export const SPENT_PER_PAID_STEP = 20n;

export const VALIDATE_GAS_LIMIT = 100_000_000n;
export const EXECUTE_GAS_LIMIT = 1_100_000_000n;

/** Gas that a class without Sierra gas gets: as good as unlimited, its steps are counted instead. */
export const STEP_COUNTED_GAS = 10_000_000_000n;

/** First Sierra version whose gas is what a call costs; older classes are charged by steps. */
export const SIERRA_GAS_VERSION: readonly [number, number, number] = [1, 7, 0];

/** Already charged by the compiled code before every syscall. */
export const SYSCALL_BASE_GAS = 10_000n;

/** L2 gas of one Cairo step: 0.0025 L1 gas. */
export const GAS_PER_STEP = 100n;

/** Steps that one use of a builtin is charged as (fee of the builtin / fee of a step). */
export const BUILTIN_STEPS = {
  pedersen: 32,
  range_check: 16,
  bitwise: 64,
  ec_op: 1024,
  poseidon: 32,
  segment_arena: 0,
  range_check96: 16,
  add_mod: 16,
  mul_mod: 16,
} as const;

/**
 * What an estimate that skips validation assumes it to cost: an account that checks one signature on the
 * Stark curve (OpenZeppelin's, rounded up). Without it the estimate of a small transaction, half again as
 * wallets do, can be below what the transaction then costs.
 */
export const ASSUMED_VALIDATION = {
  steps: 600,
  ecOps: 3,
  sierraGas: 80_000n,
  signatureFelts: 2,
} as const;

/**
 * Steps that a felt counts for against the limit when a call hands it over, to the called contract or back:
 * it is copied, kept in the trace and stored. (Nothing is charged for it.) Bounds what a transaction
 * that passes its memory around can take.
 */
export const HANDED_FELT_STEPS = 20;

/** Steps of the operating system for a transaction of each type, besides its calls and calldata. */
export const TRANSACTION_STEPS = {
  INVOKE: 4_348,
  DECLARE: 3_523,
  DEPLOY_ACCOUNT: 4_583,
  L1_HANDLER: 1_315,
} as const;

export const GAS_PER_CALLDATA_FELT = 5_120n;
export const GAS_PER_EVENT_DATA_FELT = 5_120n;
export const GAS_PER_EVENT_KEY_FELT = 10_240n;
/** A declared class is paid by the words of its compiled code: 1,280 a byte. */
export const GAS_PER_CLASS_FELT = 40_960n;
export const GAS_PER_NEW_STORAGE_KEY = 402_000n;
/** L1 data gas of a felt of published state diff. */
export const DATA_GAS_PER_FELT = 32n;

/** L1 gas of a message to L1: felts in the proof's output, the stored hash, the log. */
export const MESSAGE_L1_GAS = { perFelt: 612n, store: 20_000n, log: 1_500n, logPerFelt: 256n };
export const MESSAGE_HEADER_FELTS = 3n;

export const MAX_EVENT_KEYS = 50;
export const MAX_EVENT_DATA = 300;
export const MAX_EVENTS = 1_000;
export const MAX_MESSAGES = 1_000;
export const MAX_MESSAGE_PAYLOAD = 1_000;

/** Contract that keeps block hashes by number. */
export const BLOCK_HASH_CONTRACT = 1n;
/** A block's hash becomes readable this many blocks later. */
export const BLOCK_HASH_LAG = 10;

/** What `__validate__` sees instead of the exact block: multiples of these. */
export const VALIDATE_BLOCK_ROUNDING = 100;
export const VALIDATE_TIME_ROUNDING = 3_600;

/** What the validation entry points of an account return. */
export const VALIDATED = shortString('VALID');

export const QUERY_VERSION_BASE = 2n ** 128n;

/** Contracts at 0x0 to 0x3 belong to the protocol; addresses end below 2^251. */
export const MAX_ADDRESS = 2n ** 251n - 1n;

/** Short strings that the protocol puts into failure data. */
export const ERRORS = {
  entryPointFailed: shortString('ENTRYPOINT_FAILED'),
  entryPointNotFound: shortString('ENTRYPOINT_NOT_FOUND'),
  outOfGas: shortString('Out of gas'),
  blockNumberOutOfRange: shortString('Block number out of range'),
  invalidInputLength: shortString('Invalid input length'),
  invalidArgument: shortString('Invalid argument'),
  unsupportedDomain: shortString('Unsupported address domain'),
} as const;
