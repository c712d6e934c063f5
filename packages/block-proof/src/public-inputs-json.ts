import { feltToHex } from '@stackctl/types';
import { callsOfParts, type Part, type PublicInputs, stepsOf } from './public-inputs.ts';

/** Public inputs for people: felts in hex, calldata and results resolved from the pages. */
export function publicInputsToJson(inputs: PublicInputs): Record<string, unknown> {
  return {
    chainId: feltToHex(inputs.chainId),
    blockNumber: inputs.blockNumber,
    blockHash: feltToHex(inputs.blockHash),
    parentHash: feltToHex(inputs.parentHash),
    transactionHashes: inputs.transactionHashes.map(feltToHex),
    stopped: inputs.stopped.map(({ transaction, usage, reason }) => ({
      transaction,
      usage: { ...usage, sierraGas: feltToHex(usage.sierraGas) },
      reason,
    })),
    steps: stepsOf(callsOfParts(inputs)),
    parts: inputs.parts.map(partToJson),
  };
}

function partToJson({ calls, run, pages }: Part): Record<string, unknown> {
  const cells = new Map<number, bigint>();
  for (const page of pages)
    for (const [index, value] of page.values.entries()) cells.set(page.address + index, value);
  function range(begin: number, end: number): Array<string | null> {
    const length = Math.min(end - begin, cells.size);
    return Array.from({ length: Math.max(0, length) }, (_, index) => {
      const value = cells.get(begin + index);
      return value === undefined ? null : feltToHex(value);
    });
  }
  return {
    run,
    calls: calls.map((call) => ({
      transaction: call.transaction,
      phase: call.phase,
      parent: call.parent ?? null,
      parentSyscall: call.parentSyscall ?? null,
      classHash: feltToHex(call.classHash),
      contractAddress: feltToHex(call.contractAddress),
      callerAddress: feltToHex(call.callerAddress),
      entryPointType: call.entryPointType,
      callType: call.callType,
      selector: feltToHex(call.selector),
      steps: call.steps,
      gasIn: feltToHex(call.gas),
      gasOut: feltToHex(call.result.gas),
      failed: call.result.failed,
      calldata: range(call.calldata, call.calldataEnd),
      result: range(call.result.retdata, call.result.retdataEnd),
      syscalls: range(call.syscalls, call.result.syscallsEnd),
    })),
    publicCells: cells.size,
  };
}
