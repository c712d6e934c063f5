/** The kinds of transaction that the client knows. */
export const KINDS = ['fibonacci', 'factorial', 'erc20'] as const;
export type Kind = (typeof KINDS)[number];

/** One call that a plan wants made. `argument` is n for fibonacci and factorial, the amount for erc20. */
export interface PlannedCall {
  readonly kind: Kind;
  readonly argument: number;
  /** erc20: index of the account that receives. */
  readonly recipient: number;
}

/** A contract call as starknet.js takes it. */
export interface ContractCall {
  readonly contractAddress: string;
  readonly entrypoint: string;
  readonly calldata: string[];
}

/**
 * Entry point and calldata of a planned call. `record` computes the number, stores it and emits an
 * event: a transaction that leaves something behind in the state.
 */
export function contractCall(
  call: PlannedCall,
  contract: string,
  recipientAddress: string,
): ContractCall {
  const argument = `0x${call.argument.toString(16)}`;
  switch (call.kind) {
    case 'fibonacci':
      return { contractAddress: contract, entrypoint: 'record', calldata: [argument] };
    case 'factorial':
      return { contractAddress: contract, entrypoint: 'record', calldata: [argument] };
    case 'erc20':
      // The amount is a u256: low word, high word.
      return {
        contractAddress: contract,
        entrypoint: 'transfer',
        calldata: [recipientAddress, argument, '0x0'],
      };
  }
}
