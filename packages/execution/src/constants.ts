/**
 * Numbers of the protocol that are the same in every version, and this node's own bounds on work. What a
 * version charges and limits by is in `rules/`. Gas is L2 gas.
 */
import { shortString } from '@stackctl/types';

/**
 * Work that one phase of a transaction may take before it is cut off, in steps: Cairo steps of all calls,
 * those of syscalls, and what steps do not show (deduced builtins, divisions, costly hints, copied
 * felts). Twice the protocol's own limits on steps, which come first for all but work that is priced far
 * below its time.
 */
export const VALIDATE_WORK = 2_000_000;
export const EXECUTE_WORK = 20_000_000;
/**
 * Work that may be spent for each step that the L2 gas bound pays for: above the most that a payable
 * transaction can spend, whose builtins count more as work than in the fee.
 */
export const WORK_PER_PAID_STEP = 20;

/** Messages of one transaction and felts of each: the protocol leaves it to their gas on L1. */
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
} as const;
