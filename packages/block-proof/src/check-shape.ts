import type { BlockFacts } from './block-facts.ts';
import { MAX_SLOTS } from './driver.ts';
import {
  type Bounds,
  callsOfParts,
  type Part,
  type PublicInputs,
  stepsOf,
} from './public-inputs.ts';
import { rejected } from './public-memory.ts';
import { FRAME_HEADER, slotsOfCall } from './statement.ts';

/** Bounds on what a verifier is willing to look at. */
const LIMITS = { logSteps: 24, address: 2 ** 32, parts: 2 ** 12 };

/**
 * Checks public inputs by themselves: sizes, order of calls, and where things lie in memory.
 * @throws StackError PROOF_REJECTED
 */
export function checkShape(inputs: PublicInputs): void {
  const { parts, stopped, transactionHashes } = inputs;
  require(parts.length >= 1 && parts.length <= LIMITS.parts, 'it has no number of parts');
  for (const part of parts) {
    require(part.calls.length > 0 || parts.length === 1, 'a part has no calls');
    checkPart(part);
  }
  checkOrder(inputs);
  for (const [index, { transaction }] of stopped.entries()) {
    const before = stopped[index - 1]?.transaction ?? -1;
    require(transaction > before, 'the stopped transactions are not in their order');
    require(transaction < transactionHashes.length, 'a stopped transaction is not in the block');
  }
}

function checkPart(part: Part): void {
  const { run, calls } = part;
  require(run.logSteps <= LIMITS.logSteps, 'the run is too long');
  const slots = calls.reduce((sum, call) => sum + slotsOfCall(call), 0);
  require(slots <= MAX_SLOTS, 'there are too many calls');
  const frame = {
    begin: run.execution.begin,
    stop: run.execution.begin + FRAME_HEADER + slots,
  };
  require(frame.stop <= run.execution.stop, "the driver's frame has no place");
  require(run.finalAp <= run.execution.stop, 'the stack ends outside its segment');
  require(run.builtinCosts < LIMITS.address, 'an address is too large');
  require(stepsOf(calls) <= 2 ** run.logSteps, 'the calls have more steps than the run');
  for (const call of calls)
    require(call.syscalls <= call.result.syscallsEnd, 'a syscall segment ends before it begins');
  checkRegions([
    run.execution,
    ...run.builtins,
    ...calls.map((call) => ({ begin: call.syscalls, stop: call.result.syscallsEnd })),
  ]);
  const names = run.builtins.map(({ name }) => name);
  require(new Set(names).size === names.length, 'a builtin has two segments');
  checkPages(part, frame);
}

/** Stack, builtins and syscalls each have a place of their own. */
function checkRegions(regions: readonly Bounds[]): void {
  let free = 0;
  for (const { begin, stop } of regions.toSorted((a, b) => a.begin - b.begin || a.stop - b.stop)) {
    require(begin <= stop && stop < LIMITS.address, 'a segment has no place');
    if (begin === stop) continue;
    require(begin >= free, 'segments overlap');
    free = stop;
  }
}

/** Pages are not empty, ascend with a gap between, and leave the driver's frame alone. */
function checkPages({ pages }: Part, frame: Bounds): void {
  let end = 0;
  for (const { address, values } of pages) {
    const stop = address + values.length;
    require(values.length > 0, 'a public page is empty');
    require(address > end &&
      stop < LIMITS.address, 'public pages touch, overlap or are out of order');
    require(stop <= frame.begin ||
      address >= frame.stop, "a public page lies on the driver's frame");
    end = stop;
  }
}

/**
 * Calls stand in order of start: by transaction; each made by one that is still open; the calls of one in
 * the order of the syscalls that made them. So each is there once, and there is one order only.
 */
function checkOrder(inputs: PublicInputs): void {
  const open: number[] = [];
  const lastSyscall = new Map<number, number>();
  let transaction = 0;
  const calls = callsOfParts(inputs);
  for (const [index, call] of calls.entries()) {
    require(call.transaction >= transaction &&
      call.transaction < inputs.transactionHashes.length, 'the calls are not in their order');
    transaction = call.transaction;
    const { parent, parentSyscall = -1 } = call;
    if (parent === undefined) {
      open.length = 0;
    } else {
      while (open.length > 0 && open.at(-1) !== parent) open.pop();
      const caller = calls[parent];
      require(open.length > 0 &&
        caller?.transaction === transaction &&
        caller.phase === call.phase, 'a call is not where its caller made it');
      require(parentSyscall > (lastSyscall.get(parent) ?? -1), 'the calls are not in their order');
      lastSyscall.set(parent, parentSyscall);
    }
    open.push(index);
  }
}

/**
 * Checks public inputs against the block that they name.
 * @throws StackError PROOF_REJECTED
 */
export function checkIdentity(inputs: PublicInputs, facts: BlockFacts): void {
  require(inputs.chainId === facts.chainId, 'it is a proof for another chain');
  require(inputs.blockNumber === facts.header.number, 'it is a proof of another block number');
  require(inputs.blockHash === facts.header.hash, 'it is a proof of another block');
  require(inputs.parentHash === facts.header.parentHash, 'it is a proof for another parent');
  const { transactionHashes } = inputs;
  const same =
    transactionHashes.length === facts.transactionHashes.length &&
    transactionHashes.every((hash, index) => hash === facts.transactionHashes[index]);
  require(same, 'its transactions are not those of the block');
  require(facts.traces.length ===
    transactionHashes.length, 'the block has no trace of a transaction');
}

function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw rejected(reason);
}
