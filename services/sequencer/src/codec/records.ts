import type {
  AllResourceBounds,
  BlockHeader,
  CallTrace,
  DeclareTransaction,
  DeployAccountTransaction,
  Event,
  GasPrice,
  GasPrices,
  GasVector,
  HashedTransaction,
  InvokeTransaction,
  L1HandlerTransaction,
  MessageToL1,
  Receipt,
  ResourceBounds,
  StateDiff,
  StateWitness,
  Transaction,
  TransactionTrace,
} from '@stackctl/types';
import {
  type Binary,
  below,
  choice,
  felt,
  flag,
  list,
  natural,
  option,
  recursive,
  struct,
  text,
  uint,
  variant,
} from './binary.ts';

const u64 = below(1n << 64n);
const u128 = below(1n << 128n);
const felts = list(felt);

const bounds: Binary<ResourceBounds> = struct<ResourceBounds>({
  maxAmount: u64,
  maxPricePerUnit: u128,
});
const daMode = choice('L1', 'L2');

const account = {
  version: felt,
  signature: felts,
  nonce: felt,
  resourceBounds: struct<AllResourceBounds>({ l1Gas: bounds, l2Gas: bounds, l1DataGas: bounds }),
  tip: u64,
  paymasterData: felts,
  nonceDataAvailabilityMode: daMode,
  feeDataAvailabilityMode: daMode,
} as const;

const zero: Binary<0n> = below(1n) as Binary<0n>;

export const transaction: Binary<Transaction> = variant<Transaction>({
  INVOKE: struct<Omit<InvokeTransaction, 'type'>>({
    ...account,
    senderAddress: felt,
    calldata: felts,
    accountDeploymentData: felts,
    proofFacts: option(felts),
  }),
  DECLARE: struct<Omit<DeclareTransaction, 'type'>>({
    ...account,
    senderAddress: felt,
    classHash: felt,
    compiledClassHash: felt,
    accountDeploymentData: felts,
  }),
  DEPLOY_ACCOUNT: struct<Omit<DeployAccountTransaction, 'type'>>({
    ...account,
    contractAddressSalt: felt,
    constructorCalldata: felts,
    classHash: felt,
  }),
  L1_HANDLER: struct<Omit<L1HandlerTransaction, 'type'>>({
    version: zero,
    nonce: felt,
    contractAddress: felt,
    entryPointSelector: felt,
    calldata: felts,
  }),
});

export const hashedTransaction: Binary<HashedTransaction> = struct<HashedTransaction>({
  hash: felt,
  transaction,
});

const price: Binary<GasPrice> = struct<GasPrice>({ wei: u128, fri: u128 });

export const gasPrices: Binary<GasPrices> = struct<GasPrices>({
  l1Gas: price,
  l1DataGas: price,
  l2Gas: price,
});

export const header: Binary<BlockHeader> = struct<BlockHeader>({
  hash: felt,
  parentHash: felt,
  number: uint,
  timestamp: uint,
  sequencerAddress: felt,
  stateRoot: felt,
  transactionCommitment: felt,
  eventCommitment: felt,
  receiptCommitment: felt,
  stateDiffCommitment: felt,
  transactionCount: uint,
  eventCount: uint,
  stateDiffLength: uint,
  gasPrices,
  starknetVersion: text,
});

const event: Binary<Event> = struct<Event>({ fromAddress: felt, keys: felts, data: felts });
const message: Binary<MessageToL1> = struct<MessageToL1>({
  fromAddress: felt,
  toAddress: felt,
  payload: felts,
});
const gas: Binary<GasVector> = struct<GasVector>({
  l1Gas: natural,
  l1DataGas: natural,
  l2Gas: natural,
});

export const receipt: Binary<Receipt> = struct<Receipt>({
  transactionHash: felt,
  actualFee: u128,
  status: choice('SUCCEEDED', 'REVERTED'),
  revertReason: option(text),
  events: list(event),
  messages: list(message),
  gas,
  steps: uint,
  contractAddress: option(felt),
});

const call: Binary<CallTrace> = recursive(() =>
  struct<CallTrace>({
    contractAddress: felt,
    callerAddress: felt,
    classHash: felt,
    entryPointType: choice('EXTERNAL', 'L1_HANDLER', 'CONSTRUCTOR'),
    callType: choice('CALL', 'DELEGATE'),
    selector: felt,
    calldata: felts,
    result: felts,
    failed: flag,
    events: list(
      struct<CallTrace['events'][number]>({
        order: uint,
        fromAddress: felt,
        keys: felts,
        data: felts,
      }),
    ),
    messages: list(
      struct<CallTrace['messages'][number]>({
        order: uint,
        fromAddress: felt,
        toAddress: felt,
        payload: felts,
      }),
    ),
    calls: list(call),
    steps: uint,
    gas: natural,
  }),
);

const storageEntry = struct<{ key: bigint; value: bigint }>({ key: felt, value: felt });
const nonce = struct<{ address: bigint; nonce: bigint }>({ address: felt, nonce: felt });
const classAt = struct<{ address: bigint; classHash: bigint }>({
  address: felt,
  classHash: felt,
});
const declared = struct<{ classHash: bigint; compiledClassHash: bigint }>({
  classHash: felt,
  compiledClassHash: felt,
});

export const stateDiff: Binary<StateDiff> = struct<StateDiff>({
  storage: list(
    struct<StateDiff['storage'][number]>({ address: felt, entries: list(storageEntry) }),
  ),
  nonces: list(nonce),
  deployedContracts: list(classAt),
  replacedClasses: list(classAt),
  declaredClasses: list(declared),
});

export const trace: Binary<TransactionTrace> = struct<TransactionTrace>({
  type: choice('INVOKE', 'DECLARE', 'DEPLOY_ACCOUNT', 'L1_HANDLER'),
  validate: option(call),
  execute: option(call),
  revertReason: option(text),
  feeTransfer: option(call),
  stateDiff,
});

export const witness: Binary<StateWitness> = struct<StateWitness>({
  storage: list(struct<StateWitness['storage'][number]>({ address: felt, key: felt, value: felt })),
  nonces: list(nonce),
  classHashes: list(classAt),
  compiledClassHashes: list(declared),
});
