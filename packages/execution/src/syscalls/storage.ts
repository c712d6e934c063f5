import { feltToHex } from '@stackctl/types';
import { ExecutionAbort } from '../abort.ts';
import {
  BLOCK_HASH_CONTRACT,
  BLOCK_HASH_LAG,
  ERRORS,
  VALIDATE_BLOCK_ROUNDING,
} from '../constants.ts';
import { felt } from './cells.ts';
import { refuseInValidation } from './rules.ts';
import { feltAt, type Syscall } from './syscall.ts';

export const storageRead: Syscall = {
  name: 'StorageRead',
  request: ['felt', 'felt'],
  gas: 18_070n,
  steps: 90,
  run({ frame }, request) {
    const [domain, key] = [feltAt(request, 0), feltAt(request, 1)];
    if (domain !== 0n) return { failure: [ERRORS.unsupportedDomain] };
    const { context } = frame;
    return { cells: [felt(context.state.storageAt(frame.request.contractAddress, key))] };
  },
};

export const storageWrite: Syscall = {
  name: 'StorageWrite',
  request: ['felt', 'felt', 'felt'],
  gas: 44_970n,
  steps: 96,
  run({ frame }, request) {
    const [domain, key, value] = [feltAt(request, 0), feltAt(request, 1), feltAt(request, 2)];
    if (domain !== 0n) return { failure: [ERRORS.unsupportedDomain] };
    frame.context.state.setStorage(frame.request.contractAddress, key, value);
    return { cells: [] };
  },
};

/** Hashes of blocks at least BLOCK_HASH_LAG back, from the storage of contract 0x1. */
export const getBlockHash: Syscall = {
  name: 'GetBlockHash',
  request: ['felt'],
  gas: 10_840n,
  steps: 107,
  run({ frame }, request) {
    const number = feltAt(request, 0);
    const { block, phase, state } = frame.context;
    const current =
      phase === 'validate' ? block.number - (block.number % VALIDATE_BLOCK_ROUNDING) : block.number;
    if (number > BigInt(current - BLOCK_HASH_LAG) || current < BLOCK_HASH_LAG) {
      return { failure: [ERRORS.blockNumberOutOfRange] };
    }
    return { cells: [felt(state.storageAt(BLOCK_HASH_CONTRACT, number))] };
  },
};

export const getClassHashAt: Syscall = {
  name: 'GetClassHashAt',
  request: ['felt'],
  gas: 10_000n,
  steps: 89,
  run({ frame }, request) {
    refuseInValidation(frame, 'get_class_hash_at');
    return { cells: [felt(frame.context.state.classHashAt(feltAt(request, 0)))] };
  },
};

export const replaceClass: Syscall = {
  name: 'ReplaceClass',
  request: ['felt'],
  gas: 10_670n,
  steps: 106,
  run({ frame }, request) {
    const classHash = feltAt(request, 0);
    const { state } = frame.context;
    if (state.compiledClassHash(classHash) === 0n) {
      throw new ExecutionAbort(`Class with hash ${feltToHex(classHash)} is not declared.`);
    }
    state.setClassHash(frame.request.contractAddress, classHash);
    return { cells: [] };
  },
};
