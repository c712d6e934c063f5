import {
  blockRef,
  blockWithHashes,
  blockWithReceipts,
  blockWithTransactions,
} from '../codec/block.ts';
import { blockId, finishedBlockId } from '../codec/block-id.ts';
import { casmClass, sierraClass } from '../codec/class.ts';
import { array, object, oneOf, required } from '../codec/core.ts';
import { eventFilter, eventsChunk } from '../codec/events.ts';
import { feeEstimate, functionCall, messageFromL1 } from '../codec/fee.ts';
import { storageProof } from '../codec/proof.ts';
import { messageStatus, placedReceipt, transactionStatus } from '../codec/receipt.ts';
import { felt, hash256, storageKey, text, uint } from '../codec/scalars.ts';
import { stateUpdate, storageResult } from '../codec/state.ts';
import { syncStatus } from '../codec/status.ts';
import { broadcasted, felts, hashedTransaction } from '../codec/transaction.ts';
import { method, optionalParam, param } from './method.ts';

const transactionFlags = array(oneOf('INCLUDE_PROOF_FACTS'));
const storageFlags = array(oneOf('INCLUDE_LAST_UPDATE_BLOCK'));
/** Bounds on lists whose every item costs the node an execution or a proof. */
const SIMULATIONS = 128;
const PROOF_KEYS = 1024;

const storageKeysOf = array(
  object<{ contractAddress: bigint; storageKeys: readonly bigint[] }>({
    contract_address: required('contractAddress', felt),
    storage_keys: required('storageKeys', array(storageKey, { max: PROOF_KEYS })),
  }),
  { max: PROOF_KEYS },
);

const simulated = array(broadcasted, { max: SIMULATIONS });

/** starknet_api_openrpc.json and starknet_executables.json, in their order. */
export const READ_METHODS = {
  starknet_specVersion: method({}, text),
  starknet_getBlockWithTxHashes: method({ block_id: param(blockId) }, blockWithHashes),
  starknet_getBlockWithTxs: method(
    { block_id: param(blockId), response_flags: optionalParam(transactionFlags) },
    blockWithTransactions,
  ),
  starknet_getBlockWithReceipts: method(
    { block_id: param(blockId), response_flags: optionalParam(transactionFlags) },
    blockWithReceipts,
  ),
  starknet_getStateUpdate: method(
    { block_id: param(blockId), contract_addresses: optionalParam(felts) },
    stateUpdate,
  ),
  starknet_getStorageAt: method(
    {
      contract_address: param(felt),
      key: param(storageKey),
      block_id: param(blockId),
      response_flags: optionalParam(storageFlags),
    },
    storageResult,
  ),
  starknet_getTransactionStatus: method({ transaction_hash: param(felt) }, transactionStatus),
  starknet_getMessagesStatus: method({ transaction_hash: param(hash256) }, array(messageStatus)),
  starknet_getTransactionByHash: method(
    { transaction_hash: param(felt), response_flags: optionalParam(transactionFlags) },
    hashedTransaction,
  ),
  starknet_getTransactionByBlockIdAndIndex: method(
    {
      block_id: param(blockId),
      index: param(uint),
      response_flags: optionalParam(transactionFlags),
    },
    hashedTransaction,
  ),
  starknet_getTransactionReceipt: method({ transaction_hash: param(felt) }, placedReceipt),
  starknet_getClass: method({ block_id: param(blockId), class_hash: param(felt) }, sierraClass),
  starknet_getClassHashAt: method(
    { block_id: param(blockId), contract_address: param(felt) },
    felt,
  ),
  starknet_getClassAt: method(
    { block_id: param(blockId), contract_address: param(felt) },
    sierraClass,
  ),
  starknet_getBlockTransactionCount: method({ block_id: param(blockId) }, uint),
  starknet_call: method({ request: param(functionCall), block_id: param(blockId) }, felts),
  starknet_estimateFee: method(
    {
      request: param(simulated),
      simulation_flags: param(array(oneOf('SKIP_VALIDATE'))),
      block_id: param(blockId),
    },
    array(feeEstimate),
  ),
  starknet_estimateMessageFee: method(
    { message: param(messageFromL1), block_id: param(blockId) },
    feeEstimate,
  ),
  starknet_blockNumber: method({}, uint),
  starknet_blockHashAndNumber: method({}, blockRef),
  starknet_chainId: method({}, felt),
  starknet_syncing: method({}, syncStatus),
  starknet_getEvents: method({ filter: param(eventFilter) }, eventsChunk),
  starknet_getNonce: method({ block_id: param(blockId), contract_address: param(felt) }, felt),
  starknet_getStorageProof: method(
    {
      block_id: param(finishedBlockId),
      class_hashes: optionalParam(array(felt, { max: PROOF_KEYS })),
      contract_addresses: optionalParam(array(felt, { max: PROOF_KEYS })),
      contracts_storage_keys: optionalParam(storageKeysOf),
    },
    storageProof,
  ),
  starknet_getCompiledCasm: method({ class_hash: param(felt) }, casmClass),
} as const;
