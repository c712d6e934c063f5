import type { Felt } from '@stackctl/types';
import { type PublicMemory, rejected } from './public-memory.ts';
import { SYSCALLS, type SyscallName, syscallOf, type Word } from './syscalls.ts';

/** Memory as the checks read it: addresses of the relocated run. */
export type Cells = Pick<PublicMemory, 'at' | 'pointer' | 'range'>;

/** A word of a request or response with what it points at. */
export type WordValue = Felt | readonly Felt[] | ExecutionInfo;

/** What a contract is told about where it runs, as far as the checks look. */
export interface ExecutionInfo {
  readonly blockNumber: Felt;
  readonly timestamp: Felt;
  readonly sequencer: Felt;
  readonly transactionVersion: Felt;
  readonly account: Felt;
  readonly transactionHash: Felt;
  readonly chainId: Felt;
  readonly nonce: Felt;
  readonly caller: Felt;
  readonly contract: Felt;
  readonly selector: Felt;
}

/** One request with its response. */
export interface Syscall {
  readonly name: SyscallName;
  readonly gas: Felt;
  readonly request: readonly WordValue[];
  readonly gasLeft: Felt;
  readonly response: readonly WordValue[];
  /** Present when the response is a failure: its error data. */
  readonly error?: readonly Felt[];
}

/**
 * Reads a call's syscall segment `[begin, end)`. Requests and responses must fill it exactly.
 * @throws StackError PROOF_REJECTED
 */
export function readTranscript(cells: Cells, begin: number, end: number): Syscall[] {
  if (end < begin) throw rejected('a syscall segment ends before it begins');
  const syscalls: Syscall[] = [];
  let at = begin;
  /** The next words, as their table says; a pointer must not lead past the segment's end. */
  function words(kinds: readonly Word[]): WordValue[] {
    return kinds.map((kind) => {
      const value = readWord(cells, at, kind);
      at += kind === 'span' ? 2 : 1;
      return value;
    });
  }
  while (at < end) {
    const name = syscallOf(cells.at(at));
    if (name === undefined) throw rejected('a syscall has an unknown selector');
    const gas = cells.at(at + 1);
    at += 2;
    const request = words(SYSCALLS[name].request);
    const gasLeft = cells.at(at);
    const flag = cells.at(at + 1);
    at += 2;
    if (gasLeft > gas) throw rejected(`${name} gave gas back`);
    if (flag === 0n) {
      syscalls.push({ name, gas, request, gasLeft, response: words(SYSCALLS[name].response) });
    } else if (flag === 1n) {
      const [error] = words(['span']) as [Felt[]];
      syscalls.push({ name, gas, request, gasLeft, response: [], error });
    } else {
      throw rejected(`${name} has a response that is neither success nor failure`);
    }
  }
  if (at !== end) throw rejected('a syscall reaches past the end of its segment');
  return syscalls;
}

function readWord(cells: Cells, address: number, kind: Word): WordValue {
  switch (kind) {
    case 'felt':
    case 'pointer':
      return cells.at(address);
    case 'span':
      return cells.range(cells.pointer(address), cells.pointer(address + 1));
    case 'executionInfo':
      return readExecutionInfo(cells, cells.pointer(address));
  }
}

/**
 * ExecutionInfo = [block_info, tx_info, caller, contract, selector]; block_info = [number, timestamp,
 * sequencer]; tx_info = [version, account, max_fee, signature (2), hash, chain id, nonce, ...].
 */
function readExecutionInfo(cells: Cells, address: number): ExecutionInfo {
  const block = cells.pointer(address);
  const transaction = cells.pointer(address + 1);
  return {
    blockNumber: cells.at(block),
    timestamp: cells.at(block + 1),
    sequencer: cells.at(block + 2),
    transactionVersion: cells.at(transaction),
    account: cells.at(transaction + 1),
    transactionHash: cells.at(transaction + 5),
    chainId: cells.at(transaction + 6),
    nonce: cells.at(transaction + 7),
    caller: cells.at(address + 2),
    contract: cells.at(address + 3),
    selector: cells.at(address + 4),
  };
}
