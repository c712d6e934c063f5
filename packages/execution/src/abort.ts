import { type Felt, feltToHex, readShortString } from '@stackctl/types';

/**
 * Execution cannot go on, and no caller can catch it: the machine broke a rule, steps ran out, a
 * called address holds no contract. The whole transaction reverts (or its validation fails).
 */
export class ExecutionAbort extends Error {
  override readonly name = 'ExecutionAbort';
}

/** An abort whose whole reason is told from outside: the calls around it add nothing to it. */
export class StatedAbort extends ExecutionAbort {}

/** Names a call in a revert reason, outermost first. */
export function inCall(
  call: { contractAddress: Felt; classHash?: Felt; selector: Felt },
  reason: string,
): string {
  const where = [
    `contract address: ${feltToHex(call.contractAddress)}`,
    ...(call.classHash === undefined ? [] : [`class hash: ${feltToHex(call.classHash)}`]),
    `selector: ${feltToHex(call.selector)}`,
  ];
  return `Error in the called contract (${where.join(', ')}):\n${reason}`;
}

/** Panic data as a reason: felts, with the texts that they spell. */
export function panicReason(data: readonly Felt[]): string {
  const parts = data.map((felt) => {
    const text = felt === 0n ? '' : readShortString(felt);
    return text ? `${feltToHex(felt)} ('${text}')` : feltToHex(felt);
  });
  const listed = parts.length === 1 ? (parts[0] as string) : `(${parts.join(', ')})`;
  return `Execution failed. Failure reason:\n${listed}.`;
}
