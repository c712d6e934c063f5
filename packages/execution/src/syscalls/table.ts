import { type Felt, shortString } from '@stackctl/types';
import { callContract, deploy, libraryCall } from './calls.ts';
import { keccak, sha256ProcessBlock } from './hashes.ts';
import { getExecutionInfo } from './info.ts';
import { emitEvent, sendMessageToL1 } from './output.ts';
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
    replaceClass,
    sendMessageToL1,
    sha256ProcessBlock,
    storageRead,
    storageWrite,
  ].map((syscall): [Felt, Syscall] => [shortString(syscall.name), syscall]),
);
