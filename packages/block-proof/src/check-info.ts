import type { CellValue } from '@stackctl/execution';
import type { BlockFacts } from './block-facts.ts';
import { rejected } from './public-memory.ts';
import { syscallOf } from './syscalls.ts';
import type { VerifiedCall } from './verified-call.ts';

/** In validation a contract sees block number and time rounded down, and no sequencer. */
const VALIDATE_ROUNDING = { blockNumber: 100n, timestamp: 3600n };

/**
 * Checks who and where a call was told that it is: block, chain, transaction, caller, contract, entry point.
 * Below a meta transaction the transaction is another one, which the replay knows.
 * @throws StackError PROOF_REJECTED
 */
export function checkExecutionInfo(
  call: VerifiedCall,
  calls: readonly VerifiedCall[],
  { header, chainId, transactionHashes }: BlockFacts,
): void {
  // An account that deploys itself is constructed as part of its validation.
  const rounded = call.phase === 'validate' || call.phase === 'constructor';
  const number = BigInt(header.number);
  const time = BigInt(header.timestamp);
  const hash = isBelowMetaTransaction(call, calls)
    ? undefined
    : transactionHashes[call.transaction];
  for (const { selector, failed, response } of call.syscalls) {
    if (failed || syscallOf(selector) !== 'GetExecutionInfo') continue;
    const [block, transaction, caller, contract, entry] = cellsOf(response[0]);
    const told = [...cellsOf(block), ...TOLD_OF_TRANSACTION.map((at) => cellsOf(transaction)[at])];
    const expected = [
      rounded ? number - (number % VALIDATE_ROUNDING.blockNumber) : number,
      rounded ? time - (time % VALIDATE_ROUNDING.timestamp) : time,
      rounded ? 0n : header.sequencerAddress,
      chainId,
      hash,
      call.callerAddress,
      call.contractAddress,
      call.selector,
    ];
    const facts = [...told, caller, contract, entry];
    for (const [index, value] of expected.entries())
      if (value !== undefined && feltOf(facts[index]) !== value)
        throw rejected(`it was told another ${NAMES[index]}`);
  }
}

/** Places of chain id and hash in the transaction's info (syscalls.ts). */
const TOLD_OF_TRANSACTION = [5, 4];

const NAMES = [
  'block number',
  'time',
  'sequencer',
  'chain id',
  'transaction hash',
  'caller',
  'contract',
  'selector',
];

function isBelowMetaTransaction(call: VerifiedCall, calls: readonly VerifiedCall[]): boolean {
  const caller = call.parent === undefined ? undefined : calls[call.parent];
  if (caller === undefined) return false;
  const made = caller.syscalls[call.parentSyscall ?? -1];
  return (
    (made !== undefined && syscallOf(made.selector) === 'MetaTxV0') ||
    isBelowMetaTransaction(caller, calls)
  );
}

function cellsOf(cell: CellValue | undefined): readonly CellValue[] {
  return cell?.kind === 'struct' ? cell.cells : [];
}

function feltOf(cell: CellValue | undefined): bigint | undefined {
  return cell?.kind === 'felt' ? cell.value : undefined;
}
