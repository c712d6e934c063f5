import {
  answerSyscall,
  type BuiltinUses,
  type CallFrame,
  type CellValue,
  type CodeResult,
  type CodeRunner,
  ExecutionAbort,
  StatedAbort,
  SYSCALLS,
  type SyscallRecord,
} from '@stackctl/execution';
import { isStackError, readShortString } from '@stackctl/types';
import { rejected } from '../public-memory.ts';
import type { BlockTranscript, StoppedCall, VerifiedCall } from './types.ts';

/**
 * Stands in for the machine: a call that the block makes must be the next one of the transcript, its
 * requests are carried out on the running state in their order, and each response must be the one that the
 * code was given. The call's result is the proven one.
 */
export class TranscriptRunner implements CodeRunner {
  readonly #calls: readonly VerifiedCall[];
  readonly #stopped: ReadonlyMap<number, StoppedCall>;
  /** Calls that are running, outermost first. */
  readonly #running: VerifiedCall[] = [];
  readonly #used = new Set<StoppedCall>();
  #next = 0;
  #transaction = -1;

  constructor({ calls, stopped }: BlockTranscript) {
    this.#calls = calls;
    this.#stopped = new Map(stopped.map((call) => [call.transaction, call]));
    if (this.#stopped.size !== stopped.length) throw rejected('a transaction is stopped twice');
    for (const { usage } of stopped)
      if (!areCounts([usage.steps, usage.chargedSteps]) || usage.sierraGas < 0n)
        throw rejected('what a stopped call used is not a count');
    for (const { steps, builtinUses } of calls)
      if (!areCounts([steps], builtinUses)) throw rejected('what a call used is not a count');
  }

  /** Turns to the next transaction; says whether the transcript has its account validate it. */
  begin(transaction: number): { readonly validates: boolean } {
    this.#transaction = transaction;
    for (let at = this.#next; this.#calls[at]?.transaction === transaction; at++)
      if (this.#calls[at]?.phase === 'validate') return { validates: true };
    return { validates: false };
  }

  /** @throws StackError PROOF_REJECTED when the transcript has calls that the block does not make */
  end(): void {
    const left = this.#calls[this.#next];
    if (left !== undefined) throw rejected(`call ${left.index} was not made by anything`);
    if (this.#stopped.size > this.#used.size)
      throw rejected('a call that was stopped is stated where none is made');
  }

  run(frame: CallFrame, _runnable: unknown, gas: bigint): CodeResult {
    const { context } = frame;
    const stopped = this.#stopped.get(this.#transaction);
    const isOwn = this.#running.length === 0;
    const isMain = context.phase === 'execute' || context.phase === 'l1_handler';
    if (stopped !== undefined && isOwn && isMain) this.#stop(frame, stopped);
    const call = this.#calls[this.#next];
    if (call === undefined) throw rejected('the transcript lacks a call that the block makes');
    return labelled(call, () => {
      this.#compare(call, frame, gas);
      this.#next++;
      this.#running.push(call);
      // Steps are proven, not counted again: the limits on them are the nodes' affair.
      for (const [index, syscall] of call.syscalls.entries()) {
        context.meter.workLeft = Number.POSITIVE_INFINITY;
        this.#answer(frame, syscall, index);
      }
      this.#running.pop();
      const { failed, retdata, gasLeft, steps, builtinUses } = call;
      const chargedSteps = frame.countsGas ? 0 : steps;
      context.meter.take({ steps, chargedSteps, sierraGas: 0n });
      return { failed, retdata, gas: gasLeft, steps, builtinUses };
    });
  }

  /** Takes a stopped call as stated, with every call that was made in it. */
  #stop({ context }: CallFrame, stopped: StoppedCall): never {
    this.#used.add(stopped);
    context.meter.take(stopped.usage);
    const { phase } = context;
    for (;;) {
      const call = this.#calls[this.#next];
      if (call?.transaction !== this.#transaction || call.phase !== phase) break;
      this.#next++;
    }
    throw new StatedAbort(stopped.reason);
  }

  #compare(call: VerifiedCall, frame: CallFrame, gas: bigint): void {
    const { request, context, classHash } = frame;
    require(call.transaction === this.#transaction, 'it is of another transaction');
    require(call.parent === this.#running.at(-1)?.index, 'another call makes it');
    require(call.phase === context.phase, 'it is of another phase');
    require(call.classHash === classHash, 'its class is another');
    require(call.contractAddress === request.contractAddress, 'its contract is another');
    require(call.callerAddress === request.callerAddress, 'its caller is another');
    require(call.entryPointType === request.entryPointType, 'its type is another');
    require(call.callType === request.callType, 'it is made another way');
    require(call.selector === request.selector, 'its selector is another');
    require(isSame(call.calldata, request.calldata), 'its calldata is another');
    require(call.initialGas === gas, 'it is given other gas');
    require(call.gasLeft >= 0n && call.gasLeft <= gas, 'it returns more gas than it was given');
  }

  #answer(frame: CallFrame, record: SyscallRecord, index: number): void {
    const syscall = SYSCALLS.get(record.selector);
    require(syscall !== undefined, `syscall ${index} has an unknown selector`);
    const what = `syscall ${index} (${readShortString(record.selector)})`;
    require(hasShape(record.request, syscall.request), `${what} has a request of another shape`);
    const before = this.#next;
    const answer = returned(what, () => answerSyscall(frame, syscall, record.gas, record.request));
    const made = this.#next > before ? this.#calls[before]?.index : undefined;
    require(record.call === made, `${what} makes another call`);
    require(record.failed === answer.failed, `${what} has another outcome`);
    require(record.gasLeft === answer.gasLeft, `${what} leaves other gas`);
    require(sameCells(record.response, answer.response), `${what} has another response`);
  }
}

/** A call that returned was not stopped by the protocol on its way. */
function returned<T>(what: string, answer: () => T): T {
  try {
    return answer();
  } catch (error) {
    if (error instanceof ExecutionAbort) throw rejected(`${what} stops the call: ${error.message}`);
    throw error;
  }
}

/** Names the innermost call in the reason of its rejection. */
function labelled<T>(call: VerifiedCall, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isStackError(error, 'PROOF_REJECTED') || LABELLED.has(error)) throw error;
    const named = rejected(`call ${call.index}: ${error.facts.reason}`);
    LABELLED.add(named);
    throw named;
  }
}

const LABELLED = new WeakSet<Error>();

function areCounts(steps: readonly number[], uses: BuiltinUses = {}): boolean {
  return [...steps, ...Object.values(uses)].every(
    (count) => Number.isSafeInteger(count) && count >= 0,
  );
}

/** What a request must be for its syscall to read it. */
function hasShape(
  cells: readonly CellValue[],
  shapes: ReadonlyArray<'felt' | 'range' | number>,
): boolean {
  return (
    cells.length === shapes.length &&
    cells.every((cell, index) => {
      const shape = shapes[index];
      if (typeof shape !== 'number') return cell.kind === shape;
      return cell.kind === 'array' && cell.values.length === shape;
    })
  );
}

function sameCells(left: readonly CellValue[], right: readonly CellValue[]): boolean {
  return (
    left.length === right.length &&
    left.every((cell, index) => sameCell(cell, right[index] as CellValue))
  );
}

function sameCell(left: CellValue, right: CellValue): boolean {
  if (left.kind === 'felt') return right.kind === 'felt' && left.value === right.value;
  if (left.kind === 'struct') return right.kind === 'struct' && sameCells(left.cells, right.cells);
  return right.kind === left.kind && isSame(left.values, right.values);
}

function isSame(left: readonly bigint[], right: readonly bigint[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw rejected(reason);
}
