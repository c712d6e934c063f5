import { feltToHex } from '@stackctl/types';
import { ExecutionAbort } from '../abort.ts';
import { BLOCK_HASH_CONTRACT, BLOCK_HASH_LAG, ERRORS } from '../constants.ts';
import { felt } from './cells.ts';
import { refuseInValidation } from './rules.ts';
import { feltAt, type Syscall } from './syscall.ts';

export const storageRead: Syscall = {
  name: 'StorageRead',
  request: ['felt', 'felt'],
  run({ frame }, request) {
    const [domain, key] = [feltAt(request, 0), feltAt(request, 1)];
    refuseDomain(domain);
    const { context } = frame;
    return { cells: [felt(context.state.storageAt(frame.request.contractAddress, key))] };
  },
};

export const storageWrite: Syscall = {
  name: 'StorageWrite',
  request: ['felt', 'felt', 'felt'],
  run({ frame }, request) {
    const [domain, key, value] = [feltAt(request, 0), feltAt(request, 1), feltAt(request, 2)];
    refuseDomain(domain);
    frame.context.state.setStorage(frame.request.contractAddress, key, value);
    return { cells: [] };
  },
};

/** Hashes of blocks at least BLOCK_HASH_LAG back, from the storage of contract 0x1. */
export const getBlockHash: Syscall = {
  name: 'GetBlockHash',
  request: ['felt'],
  run({ frame }, request) {
    const number = feltAt(request, 0);
    const { block, state } = frame.context;
    if (number > BigInt(block.number - BLOCK_HASH_LAG) || block.number < BLOCK_HASH_LAG) {
      // Another node, some blocks further, may know it: a validation must not depend on that.
      refuseInValidation(frame, 'get_block_hash on recent blocks');
      return { failure: [ERRORS.blockNumberOutOfRange] };
    }
    return { cells: [felt(state.storageAt(BLOCK_HASH_CONTRACT, number))] };
  },
};

export const getClassHashAt: Syscall = {
  name: 'GetClassHashAt',
  request: ['felt'],
  run({ frame }, request) {
    refuseInValidation(frame, 'get_class_hash_at');
    return { cells: [felt(frame.context.state.classHashAt(feltAt(request, 0)))] };
  },
};

export const replaceClass: Syscall = {
  name: 'ReplaceClass',
  request: ['felt'],
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

function refuseDomain(domain: bigint): void {
  if (domain !== 0n) throw new ExecutionAbort(`Invalid address domain: ${domain}.`);
}
