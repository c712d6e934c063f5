import { type Felt, shortString } from '@stackctl/types';

/**
 * What a word of a request or response is: a felt; a span (two words: start and end of a list of felts);
 * a pointer that this verifier does not follow; the pointer to the execution info.
 */
export type Word = 'felt' | 'span' | 'pointer' | 'executionInfo';

/** Words behind `selector, gas` of a request, and behind `gas, 0` of a response that is no failure. */
export interface SyscallShape {
  readonly request: readonly Word[];
  readonly response: readonly Word[];
}

function shape(request: readonly Word[], response: readonly Word[]): SyscallShape {
  return { request, response };
}

const SECP = {
  New: shape(['felt', 'felt', 'felt', 'felt'], ['felt', 'pointer']),
  Add: shape(['pointer', 'pointer'], ['pointer']),
  Mul: shape(['pointer', 'felt', 'felt'], ['pointer']),
  GetPointFromX: shape(['felt', 'felt', 'felt'], ['felt', 'pointer']),
  GetXy: shape(['pointer'], ['felt', 'felt', 'felt', 'felt']),
};

/** Every syscall of Starknet, by name (corelib `starknet::syscalls`, in the order of its file). */
export const SYSCALLS = {
  CallContract: shape(['felt', 'felt', 'span'], ['span']),
  Deploy: shape(['felt', 'felt', 'span', 'felt'], ['felt', 'span']),
  EmitEvent: shape(['span', 'span'], []),
  GetBlockHash: shape(['felt'], ['felt']),
  GetExecutionInfo: shape([], ['executionInfo']),
  GetClassHashAt: shape(['felt'], ['felt']),
  LibraryCall: shape(['felt', 'felt', 'span'], ['span']),
  SendMessageToL1: shape(['felt', 'span'], []),
  StorageRead: shape(['felt', 'felt'], ['felt']),
  StorageWrite: shape(['felt', 'felt', 'felt'], []),
  ReplaceClass: shape(['felt'], []),
  Keccak: shape(['span'], ['felt', 'felt']),
  Sha256ProcessBlock: shape(['pointer', 'pointer'], ['pointer']),
  MetaTxV0: shape(['felt', 'felt', 'span', 'span'], ['span']),
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
