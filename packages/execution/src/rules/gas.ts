import type { GasVector, Transaction } from '@stackctl/types';
import { ceilTimes, larger } from './arithmetic.ts';
import { DATA_GAS_PER_FELT, messagesL1Gas } from './ethereum.ts';
import type { VersionedConstants } from './versioned-constants.ts';
import {
  addResources,
  builtinsOf,
  linearResources,
  scaleResources,
  type VmResources,
} from './vm-resources.ts';

/** Numbers of changed values, against the values before the transaction. */
export interface StateChangeCounts {
  /** Contracts with a changed nonce, class or storage, the fee token left out. */
  readonly contracts: number;
  /** Storage cells; the sender's fee balance counts as changed. */
  readonly storage: number;
  /** Storage cells that were zero and are not any more. */
  readonly allocated: number;
  /** Contracts with a new class. */
  readonly classes: number;
  /** Declared classes. */
  readonly declared: number;
}

/** What the calls of a transaction used, without those of the fee's transfer. */
export interface ComputationUse {
  /** Of step-counted calls, with the operating system's part in their syscalls. */
  readonly vm: VmResources;
  /** Of the outermost gas-counted calls, and of gas-counted calls in step-counted ones: none. */
  readonly gas: bigint;
  /** Steps of step-counted calls that were rolled back. */
  readonly revertedSteps: number;
  /** Gas of gas-counted calls that were rolled back. */
  readonly revertedGas: bigint;
}

/** Everything that a transaction is charged for. */
export interface TransactionUse {
  readonly transaction: Transaction;
  readonly computation: ComputationUse;
  readonly changes: StateChangeCounts;
  /** Keys of all events, and felts of their data. */
  readonly eventKeys: number;
  readonly eventData: number;
  /** Payload felts of each message to L1. */
  readonly messages: readonly number[];
  /** Bytes of a declared class: `codeSize`. */
  readonly codeBytes: number;
}

/** Gas of a transaction, by resource. */
export function transactionGas(constants: VersionedConstants, use: TransactionUse): GasVector {
  const { transaction, computation, changes, messages } = use;
  const { vm, gas, revertedSteps, revertedGas } = computation;
  const overhead = overheadResources(constants, transaction, publishedFelts(changes));
  const cairo = vmGas(constants, addResources(vm, overhead), revertedSteps);
  const allocated = BigInt(changes.allocated);
  const { allocation } = constants;
  const handled = transaction.type === 'L1_HANDLER' ? payloadOf(transaction) : undefined;
  return {
    l1Gas: messagesL1Gas(messages, handled) + allocated * allocation.l1Gas,
    l1DataGas:
      BigInt(publishedFelts(changes)) * DATA_GAS_PER_FELT + allocated * allocation.l1DataGas,
    l2Gas: cairo + gas + revertedGas + archivalGas(constants, use) + allocated * allocation.l2Gas,
  };
}

/** What any transaction of this form costs at the very least: bounds below it are refused. */
export function minimalGas(
  constants: VersionedConstants,
  transaction: Exclude<Transaction, { type: 'L1_HANDLER' }>,
): GasVector {
  const deploys = transaction.type === 'DEPLOY_ACCOUNT' ? 1 : 0;
  // The sender's nonce, and its balance.
  const changes = { contracts: 1, storage: 1, allocated: 0, classes: deploys, declared: 0 };
  const felts = publishedFelts(changes);
  const { steps } = overheadResources(constants, transaction, felts);
  return {
    l1Gas: 0n,
    l1DataGas: BigInt(felts) * DATA_GAS_PER_FELT,
    l2Gas: vmGas(constants, { steps, builtins: {} }),
  };
}

/** Felts of published state: the data availability segment, without what a block has once. */
export function publishedFelts(changes: StateChangeCounts): number {
  // Address and header a contract, class hash a new class, key and value a cell, two hashes a declare.
  return 2 * changes.contracts + changes.classes + 2 * changes.storage + 2 * changes.declared;
}

/** The operating system's own part in a transaction. */
export function overheadResources(
  constants: VersionedConstants,
  transaction: Transaction,
  published: number,
): VmResources {
  const own = linearResources(constants.transactions[transaction.type], inputFelts(transaction));
  return addResources(own, kzgResources(constants, published));
}

/** Commitment to the published felts, and their hash. */
export function kzgResources(constants: VersionedConstants, published: number): VmResources {
  return addResources(
    scaleResources(constants.kzgCommitmentPerFelt, published),
    poseidonManyResources(published),
  );
}

/** Of hashing felts in the operating system, where an unrolled loop takes ten at a time. */
function poseidonManyResources(felts: number): VmResources {
  const steps =
    Math.floor(felts / 10) * 55 + Math.floor((felts % 10) / 2) * 18 + (felts % 2) * 3 + 21;
  return { steps, builtins: { poseidon: Math.floor(felts / 2) + 1 } };
}

/** Steps that the protocol counts an instance of the segment arena as. */
const STEPS_PER_ARENA = 10;

/**
 * L2 gas of Cairo resources: the dearest of steps and builtins, in whole units of L1 gas (each rounded
 * up), turned into L2 gas by the price of a step.
 */
export function vmGas(
  constants: VersionedConstants,
  resources: VmResources,
  revertedSteps = 0,
): bigint {
  const { step, builtins } = constants.l1GasPer;
  let steps = resources.steps + (resources.memoryHoles ?? 0) + revertedSteps;
  let dearest = 0n;
  for (const [name, uses] of builtinsOf(resources)) {
    if (name === 'segment_arena') steps += STEPS_PER_ARENA * uses;
    else dearest = larger(dearest, ceilTimes(builtins[name], BigInt(uses)));
  }
  return l2GasOf(constants, larger(dearest, ceilTimes(step, BigInt(steps))));
}

/** L2 gas for so much L1 gas: a step costs either. */
export function l2GasOf({ l1GasPer, gasPer }: VersionedConstants, l1Gas: bigint): bigint {
  const { numerator, denominator } = l1GasPer.step;
  return ceilTimes({ numerator: denominator * gasPer.step, denominator: numerator }, l1Gas);
}

/** Price of L2 gas (in any unit) at a price of L1 gas, by the same conversion, rounded up. */
export function l2GasPriceOf({ l1GasPer, gasPer }: VersionedConstants, l1GasPrice: bigint): bigint {
  const { numerator, denominator } = l1GasPer.step;
  return ceilTimes({ numerator, denominator: denominator * gasPer.step }, l1GasPrice);
}

/** Calldata, signature, events and code. */
function archivalGas({ archival }: VersionedConstants, use: TransactionUse): bigint {
  const { transaction, eventKeys, eventData, codeBytes } = use;
  const felts =
    BigInt(inputFelts(transaction) + signatureFelts(transaction) + eventData) +
    archival.eventKeyFactor * BigInt(eventKeys);
  const proof = proofFacts(transaction) > 0 ? archival.gasPerProof : 0n;
  return felts * archival.gasPerDataFelt + BigInt(codeBytes) * archival.gasPerCodeByte + proof;
}

/** Calldata and proof facts; of an L1_HANDLER the message's payload. */
export function inputFelts(transaction: Transaction): number {
  switch (transaction.type) {
    case 'INVOKE':
      return transaction.calldata.length + proofFacts(transaction);
    case 'DECLARE':
      return 0;
    case 'DEPLOY_ACCOUNT':
      return transaction.constructorCalldata.length;
    case 'L1_HANDLER':
      return payloadOf(transaction);
  }
}

function proofFacts(transaction: Transaction): number {
  return transaction.type === 'INVOKE' ? (transaction.proofFacts?.length ?? 0) : 0;
}

function signatureFelts(transaction: Transaction): number {
  return transaction.type === 'L1_HANDLER' ? 0 : transaction.signature.length;
}

/** Calldata of a handler starts with the sender on L1. */
function payloadOf({ calldata }: { readonly calldata: readonly unknown[] }): number {
  return Math.max(0, calldata.length - 1);
}

/** Bytes of a class that its declaration pays for: felts as words, the ABI as its JSON text (UTF-8). */
export function codeSize(lengths: {
  readonly bytecode: number;
  readonly sierraProgram: number;
  readonly abi: number;
}): number {
  return (lengths.bytecode + lengths.sierraProgram) * 32 + lengths.abi;
}
