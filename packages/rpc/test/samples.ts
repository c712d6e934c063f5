import type { BlockHeader, InvokeTransaction, Receipt } from '@stackctl/types';
import type { RpcCallTrace, RpcTransactionTrace } from '../src/index.ts';

const bounds = { maxAmount: 1_000_000n, maxPricePerUnit: 10n ** 9n };

export const invoke: InvokeTransaction = {
  type: 'INVOKE',
  version: 3n,
  senderAddress: 0x123n,
  calldata: [1n, 2n, 3n],
  signature: [4n, 5n],
  nonce: 6n,
  resourceBounds: { l1Gas: bounds, l2Gas: bounds, l1DataGas: bounds },
  tip: 7n,
  paymasterData: [],
  accountDeploymentData: [],
  nonceDataAvailabilityMode: 'L1',
  feeDataAvailabilityMode: 'L1',
};

const price = { wei: 10n ** 9n, fri: 10n ** 9n };

export const header: BlockHeader = {
  hash: 0xabcn,
  parentHash: 0xabbn,
  number: 7,
  timestamp: 1_700_000_000,
  sequencerAddress: 0x99n,
  stateRoot: 0x1234n,
  transactionCommitment: 1n,
  eventCommitment: 2n,
  receiptCommitment: 3n,
  stateDiffCommitment: 4n,
  transactionCount: 1,
  eventCount: 0,
  stateDiffLength: 5,
  gasPrices: { l1Gas: price, l1DataGas: price, l2Gas: price },
  starknetVersion: '0.14.1',
};

export function receiptOf(status: Receipt['status']): Receipt {
  return {
    transactionHash: 5n,
    actualFee: 10n ** 15n,
    status,
    ...(status === 'REVERTED' && { revertReason: 'assert failed' }),
    events: [{ fromAddress: 1n, keys: [2n], data: [3n, 4n] }],
    messages: [{ fromAddress: 1n, toAddress: 2n, payload: [3n] }],
    gas: { l1Gas: 0n, l1DataGas: 128n, l2Gas: 900_000n },
    steps: 2400,
  };
}

function callOf(calls: readonly RpcCallTrace[]): RpcCallTrace {
  return {
    contractAddress: 1n,
    callerAddress: 0n,
    classHash: 2n,
    entryPointType: 'EXTERNAL',
    callType: 'CALL',
    selector: 3n,
    calldata: [4n],
    result: [5n],
    failed: false,
    events: [{ order: 0, fromAddress: 1n, keys: [6n], data: [] }],
    messages: [{ order: 1, fromAddress: 1n, toAddress: 7n, payload: [8n] }],
    calls,
    gas: 1000n,
  };
}

export function traceOf(): RpcTransactionTrace {
  return {
    type: 'INVOKE',
    validate: callOf([]),
    execute: callOf([callOf([])]),
    feeTransfer: callOf([]),
    gas: { l1Gas: 0n, l1DataGas: 128n, l2Gas: 900_000n },
  };
}
