import type { CellValue, SyscallRecord } from '@stackctl/execution';
import { type PublicMemory, rejected } from './public-memory.ts';
import { SYSCALLS, syscallOf, type Word } from './syscalls.ts';

/** Memory as the checks read it: addresses of the relocated run. */
export type Cells = Pick<PublicMemory, 'at' | 'pointer' | 'range'>;

/**
 * Reads a call's syscall segment `[begin, end)`. Requests and responses must fill it exactly.
 * @param made for each syscall, the call that it made, if it made one
 * @throws StackError PROOF_REJECTED
 */
export function readTranscript(
  cells: Cells,
  begin: number,
  end: number,
  made: ReadonlyMap<number, number>,
): SyscallRecord[] {
  if (end < begin) throw rejected('a syscall segment ends before it begins');
  const syscalls: SyscallRecord[] = [];
  let at = begin;
  function words(kinds: readonly Word[]): CellValue[] {
    const read = readWords(cells, at, kinds);
    at = read.end;
    return read.values;
  }
  while (at < end) {
    const selector = cells.at(at);
    const name = syscallOf(selector);
    if (name === undefined) throw rejected('a syscall has an unknown selector');
    const gas = cells.at(at + 1);
    at += 2;
    const request = words(SYSCALLS[name].request);
    const gasLeft = cells.at(at);
    const flag = cells.at(at + 1);
    at += 2;
    if (gasLeft > gas) throw rejected(`${name} gave gas back`);
    if (flag > 1n) throw rejected(`${name} has a response that is neither success nor failure`);
    const failed = flag === 1n;
    const response = words(failed ? ['range'] : SYSCALLS[name].response);
    const call = made.get(syscalls.length);
    syscalls.push({ selector, gas, request, gasLeft, failed, response, call });
  }
  if (at !== end) throw rejected('a syscall reaches past the end of its segment');
  return syscalls;
}

/** The cells from an address on, as their table says, with what they point at. */
function readWords(
  cells: Cells,
  address: number,
  kinds: readonly Word[],
): { readonly values: CellValue[]; readonly end: number } {
  let at = address;
  const values = kinds.map((kind): CellValue => {
    if (kind === 'felt') return { kind, value: cells.at(at++) };
    const start = cells.pointer(at++);
    if (kind === 'range') return { kind, values: cells.range(start, cells.pointer(at++)) };
    if (typeof kind === 'number')
      return { kind: 'array', values: cells.range(start, start + kind) };
    return { kind: 'struct', cells: readWords(cells, start, kind).values };
  });
  return { values, end: at };
}
