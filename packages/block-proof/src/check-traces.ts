import { type Felt, shortString } from '@stackctl/types';
import type { TracedCall, TracedTransaction } from './block-facts.ts';
import { feltsOf, retdataOf } from './check-nested.ts';
import { rejected } from './public-memory.ts';
import { syscallOf } from './syscalls.ts';
import type { VerifiedCall } from './verified-call.ts';

const ENTRYPOINT_FAILED = shortString('ENTRYPOINT_FAILED');
const MAKES_CALLS: readonly unknown[] = ['CallContract', 'LibraryCall', 'Deploy', 'MetaTxV0'];

/**
 * Checks the calls of a transaction against its traces: every traced call that ran code is proven, is the
 * same, ended alike, and emitted the same. What a trace leaves out (the calls of a reverted main call) is
 * proven all the same.
 *
 * @param own the transaction's calls that no other call made
 * @param calls the block's
 * @throws StackError PROOF_REJECTED
 */
export function checkTraces(
  own: readonly VerifiedCall[],
  calls: readonly VerifiedCall[],
  trace: TracedTransaction,
): void {
  for (const { phases, traced } of [
    { phases: ['validate'], traced: trace.validate },
    { phases: ['execute', 'constructor', 'l1_handler'], traced: trace.execute },
    { phases: ['fee_transfer'], traced: trace.feeTransfer },
  ]) {
    const call = own.find(({ phase }) => phases.includes(phase));
    if (traced !== undefined && call === undefined)
      throw rejected('a call that its trace shows is left out');
    // A reverted main call is proven and not shown.
    const mayBeHidden = phases.includes('execute');
    if (traced === undefined) require(call === undefined || mayBeHidden, 'its trace lacks a call');
    else if (call !== undefined) compare(call, traced, calls);
  }
}

function compare(call: VerifiedCall, traced: TracedCall, calls: readonly VerifiedCall[]): void {
  const names = [
    'classHash',
    'contractAddress',
    'callerAddress',
    'entryPointType',
    'callType',
    'selector',
    'failed',
  ] as const;
  for (const name of names) require(call[name] === traced[name], `its trace shows another ${name}`);
  require(isSame(call.calldata, traced.calldata), 'its trace shows other calldata');
  require(isSame(call.retdata, traced.result), 'its trace shows another result');
  // A failed call's events and messages are dropped, with those of the calls below it.
  if (!call.failed) compareEmissions(call, traced);
  let next = 0;
  for (const syscall of call.syscalls) {
    if (!MAKES_CALLS.includes(syscallOf(syscall.selector))) continue;
    const child = traced.calls[next];
    const callee = syscall.call === undefined ? undefined : calls[syscall.call];
    if (callee !== undefined) {
      require(child !== undefined, 'its trace lacks a call');
      compare(callee, child, calls);
      next++;
    } else if (syscall.failed && child?.failed && child.calls.length === 0) {
      // A call to an entry point that is not there is traced, and runs no code.
      if (isSame(retdataOf(syscall), [...child.result, ENTRYPOINT_FAILED])) next++;
    }
  }
  require(next === traced.calls.length, 'its trace shows a call that was not made');
}

/** Events and messages, in order, are those that the trace shows for this call. */
function compareEmissions(call: VerifiedCall, traced: TracedCall): void {
  const done = call.syscalls.filter((syscall) => !syscall.failed);
  const events = done.filter(({ selector }) => syscallOf(selector) === 'EmitEvent');
  require(events.length === traced.events.length, 'its trace shows another number of events');
  for (const [index, event] of traced.events.entries()) {
    const [keys, data] = events[index]?.request ?? [];
    require(isSame(feltsOf(keys), event.keys) &&
      isSame(feltsOf(data), event.data), 'its trace shows another event');
  }
  const messages = done.filter(({ selector }) => syscallOf(selector) === 'SendMessageToL1');
  require(messages.length === traced.messages.length, 'its trace shows another number of messages');
  for (const [index, message] of traced.messages.entries()) {
    const [to, payload] = messages[index]?.request ?? [];
    require(to?.kind === 'felt' &&
      to.value === message.toAddress &&
      isSame(feltsOf(payload), message.payload), 'its trace shows another message');
  }
}

function isSame(left: readonly Felt[], right: readonly Felt[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw rejected(reason);
}
