import { type Felt, shortString } from '@stackctl/types';

/**
 * What stands in a request or response: a felt; a range (two cells: start and end of a list of felts); a
 * pointer to a number of felts; a pointer to cells of their own.
 */
export type Word = 'felt' | 'range' | number | readonly Word[];

/** Words behind `selector, gas` of a request, and behind `gas, 0` of a response that is no failure. */
export interface SyscallShape {
  readonly request: readonly Word[];
  readonly response: readonly Word[];
}

function shape(request: readonly Word[], response: readonly Word[]): SyscallShape {
  return { request, response };
}

/** Points of curves are their numbers within the call. */
const SECP = {
  New: shape(['felt', 'felt', 'felt', 'felt'], ['felt', 'felt']),
  Add: shape(['felt', 'felt'], ['felt']),
  Mul: shape(['felt', 'felt', 'felt'], ['felt']),
  GetPointFromX: shape(['felt', 'felt', 'felt'], ['felt', 'felt']),
  GetXy: shape(['felt'], ['felt', 'felt', 'felt', 'felt']),
};

/** Number, timestamp, sequencer. */
const BLOCK_INFO: readonly Word[] = ['felt', 'felt', 'felt'];
/**
 * Version, account, max fee, signature, hash, chain id, nonce; since v2 resource bounds, tip, paymaster
 * data, data availability of nonce and fee, account deployment data; proof facts.
 */
const TRANSACTION_INFO: readonly Word[] = [
  ...(['felt', 'felt', 'felt', 'range', 'felt', 'felt', 'felt'] as const),
  ...(['range', 'felt', 'range', 'felt', 'felt', 'range', 'range'] as const),
];
/** Block info, transaction info, caller, contract, selector. */
const EXECUTION_INFO: readonly Word[] = [BLOCK_INFO, TRANSACTION_INFO, 'felt', 'felt', 'felt'];

/** Every syscall of Starknet, by name (corelib `starknet::syscalls`, in the order of its file). */
export const SYSCALLS = {
  CallContract: shape(['felt', 'felt', 'range'], ['range']),
  Deploy: shape(['felt', 'felt', 'range', 'felt'], ['felt', 'range']),
  EmitEvent: shape(['range', 'range'], []),
  GetBlockHash: shape(['felt'], ['felt']),
  GetExecutionInfo: shape([], [EXECUTION_INFO]),
  GetClassHashAt: shape(['felt'], ['felt']),
  LibraryCall: shape(['felt', 'felt', 'range'], ['range']),
  SendMessageToL1: shape(['felt', 'range'], []),
  StorageRead: shape(['felt', 'felt'], ['felt']),
  StorageWrite: shape(['felt', 'felt', 'felt'], []),
  ReplaceClass: shape(['felt'], []),
  Keccak: shape(['range'], ['felt', 'felt']),
  Sha256ProcessBlock: shape([8, 16], [8]),
  MetaTxV0: shape(['felt', 'felt', 'range', 'range'], ['range']),
  Secp256k1New: SECP.New,
  Secp256k1Add: SECP.Add,
  Secp256k1Mul: SECP.Mul,
  Secp256k1GetPointFromX: SECP.GetPointFromX,
  Secp256k1GetXy: SECP.GetXy,
  Secp256r1New: SECP.New,
  Secp256r1Add: SECP.Add,
  Secp256r1Mul: SECP.Mul,
  Secp256r1GetPointFromX: SECP.GetPointFromX,
  Secp256r1GetXy: SECP.GetXy,
} as const satisfies Record<string, SyscallShape>;

export type SyscallName = keyof typeof SYSCALLS;

const BY_SELECTOR: ReadonlyMap<Felt, SyscallName> = new Map(
  (Object.keys(SYSCALLS) as SyscallName[]).map((name) => [shortString(name), name]),
);

/** The syscall that a request's first word names. */
export function syscallOf(selector: Felt): SyscallName | undefined {
  return BY_SELECTOR.get(selector);
}
