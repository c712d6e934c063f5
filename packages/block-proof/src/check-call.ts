import { ENTRY_POINT_INITIAL_BUDGET } from '@stackctl/cairo-vm';
import { type Felt, shortString } from '@stackctl/types';
import type { BlockFacts, TracedCall } from './block-facts.ts';
import { checkRoot } from './check-root.ts';
import type { CoveredCall } from './public-inputs.ts';
import { rejected } from './public-memory.ts';
import { type Cells, type ExecutionInfo, readTranscript, type Syscall } from './transcript.ts';

const ENTRYPOINT_FAILED = shortString('ENTRYPOINT_FAILED');
/** In validation a contract sees block number and time rounded down, and no sequencer. */
const VALIDATE_ROUNDING = { blockNumber: 100n, timestamp: 3600n };

/**
 * Checks one covered call against the same call in the block's trace: identity, calldata, result, and
 * that its syscalls made the nested calls, events and messages that the trace shows; and a call that no
 * other made against its transaction.
 *
 * The prover runs this function too, over its whole memory, and publishes the cells that it read.
 *
 * @throws StackError PROOF_REJECTED
 */
export function checkCall(
  call: CoveredCall,
  traced: TracedCall,
  facts: BlockFacts,
  cells: Cells,
): void {
  const { result } = call;
  require(call.classHash === traced.classHash, 'its class is another');
  require(call.contractAddress === traced.contractAddress, 'its contract is another');
  require(call.entryPointType === traced.entryPointType, 'its type is another');
  require(call.selector === traced.selector, 'its selector is another');
  require(result.failed === traced.failed, 'its outcome is another');
  // What it was charged at entry and did not need comes back.
  require(result.gas <=
    call.gas + ENTRY_POINT_INITIAL_BUDGET, 'it returns more gas than it was given');
  const calldata = cells.range(call.calldata, call.calldataEnd);
  requireSame(calldata, traced.calldata, 'its calldata');
  const transaction = facts.transactions[call.transaction];
  require(transaction !== undefined, 'the block has no such transaction');
  checkRoot(call, calldata, transaction.transaction);
  requireSame(cells.range(result.retdata, result.retdataEnd), traced.result, 'its result');
  const syscalls = readTranscript(cells, call.syscalls, result.syscallsEnd);
  checkNestedCalls(syscalls, traced);
  // A failed call's events and messages are dropped, with those of the calls below it.
  if (!traced.failed) checkEmissions(syscalls, traced);
  for (const { name, response, error } of syscalls)
    if (name === 'GetExecutionInfo' && error === undefined)
      checkExecutionInfo(response[0] as ExecutionInfo, call, traced, facts);
}

/** Requests that start a call, in order, are the trace's nested calls, with their outcome. */
function checkNestedCalls(syscalls: readonly Syscall[], traced: TracedCall): void {
  let next = 0;
  for (const syscall of syscalls) {
    const request = nestedRequest(syscall, traced);
    if (request === undefined) continue;
    const callee = traced.calls[next];
    const started = callee !== undefined && request.matches(callee);
    if (syscall.error !== undefined) {
      // A request may fail before anything runs (out of gas): then the trace shows no call for it.
      if (started && callee.failed && isSame(syscall.error, [...callee.result, ENTRYPOINT_FAILED]))
        next++;
      continue;
    }
    // A class without a constructor is deployed without a call.
    if (!started && request.mayBeSilent && request.retdata.length === 0) continue;
    require(started, 'a nested call is not in the trace');
    require(!callee.failed, 'a nested call that failed was answered as a success');
    requireSame(request.retdata, callee.result, 'the response of a nested call');
    next++;
  }
  require(next === traced.calls.length, 'the trace shows a nested call that was not made');
}

interface NestedRequest {
  readonly matches: (callee: TracedCall) => boolean;
  readonly retdata: readonly Felt[];
  readonly mayBeSilent: boolean;
}

function nestedRequest(syscall: Syscall, caller: TracedCall): NestedRequest | undefined {
  const { name, request, response } = syscall;
  switch (name) {
    case 'CallContract': {
      const [contract, selector, calldata] = request as [Felt, Felt, Felt[]];
      return {
        matches: (callee) =>
          callee.callType === 'CALL' &&
          callee.contractAddress === contract &&
          callee.callerAddress === caller.contractAddress &&
          callee.selector === selector &&
          isSame(callee.calldata, calldata),
        retdata: (response[0] ?? []) as Felt[],
        mayBeSilent: false,
      };
    }
    case 'LibraryCall': {
      const [classHash, selector, calldata] = request as [Felt, Felt, Felt[]];
      return {
        matches: (callee) =>
          callee.callType === 'DELEGATE' &&
          callee.classHash === classHash &&
          callee.contractAddress === caller.contractAddress &&
          callee.selector === selector &&
          isSame(callee.calldata, calldata),
        retdata: (response[0] ?? []) as Felt[],
        mayBeSilent: false,
      };
    }
    case 'Deploy': {
      const [classHash, , calldata] = request as [Felt, Felt, Felt[]];
      const [address, retdata] = response as [Felt?, Felt[]?];
      return {
        matches: (callee) =>
          callee.entryPointType === 'CONSTRUCTOR' &&
          callee.classHash === classHash &&
          (address === undefined || callee.contractAddress === address) &&
          isSame(callee.calldata, calldata),
        retdata: retdata ?? [],
        mayBeSilent: true,
      };
    }
    default:
      return undefined;
  }
}

/** Events and messages, in order, are those that the trace shows for this call. */
function checkEmissions(syscalls: readonly Syscall[], traced: TracedCall): void {
  const done = syscalls.filter((syscall) => syscall.error === undefined);
  const events = done.filter(({ name }) => name === 'EmitEvent');
  require(events.length === traced.events.length, 'it emitted another number of events');
  for (const [index, event] of traced.events.entries()) {
    const [keys, data] = (events[index] as Syscall).request as [Felt[], Felt[]];
    requireSame(keys, event.keys, 'the keys of an event');
    requireSame(data, event.data, 'the data of an event');
  }
  const messages = done.filter(({ name }) => name === 'SendMessageToL1');
  require(messages.length === traced.messages.length, 'it sent another number of messages');
  for (const [index, message] of traced.messages.entries()) {
    const [to, payload] = (messages[index] as Syscall).request as [Felt, Felt[]];
    require(to === message.toAddress, 'the receiver of a message is another');
    requireSame(payload, message.payload, 'the payload of a message');
  }
}

/** Who and where: the block and transaction that the call belongs to. */
function checkExecutionInfo(
  info: ExecutionInfo,
  call: CoveredCall,
  traced: TracedCall,
  facts: BlockFacts,
): void {
  const { header } = facts;
  // An account that deploys itself is constructed as part of its validation.
  const deploys = facts.transactions[call.transaction]?.transaction.type === 'DEPLOY_ACCOUNT';
  const rounded = call.phase === 'validate' || (deploys && call.phase === 'execute');
  const number = BigInt(header.number);
  const time = BigInt(header.timestamp);
  require(info.blockNumber ===
    (rounded
      ? number - (number % VALIDATE_ROUNDING.blockNumber)
      : number), 'it was told another block number');
  require(info.timestamp ===
    (rounded ? time - (time % VALIDATE_ROUNDING.timestamp) : time), 'it was told another time');
  require(info.sequencer ===
    (rounded ? 0n : header.sequencerAddress), 'it was told another sequencer');
  require(info.chainId === facts.chainId, 'it was told another chain id');
  require(info.transactionHash ===
    facts.transactionHashes[call.transaction], 'it was told another transaction hash');
  require(info.caller === traced.callerAddress, 'it was told another caller');
  require(info.contract === traced.contractAddress, 'it was told another contract');
  require(info.selector === traced.selector, 'it was told another selector');
}

function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw rejected(reason);
}

function requireSame(left: readonly Felt[], right: readonly Felt[], what: string): void {
  require(isSame(left, right), `${what} differs from the block's`);
}

function isSame(left: readonly Felt[], right: readonly Felt[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
