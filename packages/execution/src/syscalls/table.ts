import { type Felt, shortString } from '@stackctl/types';
import { callContract, deploy, libraryCall, metaTxV0 } from './calls.ts';
import { keccak, sha256ProcessBlock } from './hashes.ts';
import { getExecutionInfo } from './info.ts';
import { emitEvent, sendMessageToL1 } from './output.ts';
import { SECP256K1, SECP256R1, secpSyscalls } from './secp.ts';
import {
  getBlockHash,
  getClassHashAt,
  replaceClass,
  storageRead,
  storageWrite,
} from './storage.ts';
import type { Syscall } from './syscall.ts';

/** Every syscall by its selector, its name in ASCII. */
export const SYSCALLS: ReadonlyMap<Felt, Syscall> = new Map(
  [
    callContract,
    deploy,
    emitEvent,
    getBlockHash,
    getClassHashAt,
    getExecutionInfo,
    keccak,
    libraryCall,
    metaTxV0,
    replaceClass,
    sendMessageToL1,
    sha256ProcessBlock,
    storageRead,
    storageWrite,
    ...secpSyscalls(SECP256K1),
    ...secpSyscalls(SECP256R1),
  ].map((syscall): [Felt, Syscall] => [shortString(syscall.name), syscall]),
);
