import { senderOf } from '@stackctl/execution';
import {
  type AllResourceBounds,
  type BlockContext,
  type BlockHeader,
  type Felt,
  feltToHex,
  type GasPrice,
  type HashedTransaction,
  type Receipt,
  type ResourceBounds,
  type StateDiff,
} from '@stackctl/types';

// Records as the feeder gateway writes them: felts as hex, counts of gas as JSON numbers, a state
// diff by address. Names are those that full nodes which sync from a feeder read.

type Json = Readonly<Record<string, unknown>>;

const hexes = (values: readonly Felt[]): string[] => values.map(feltToHex);

const price = ({ wei, fri }: GasPrice): Json => ({
  price_in_wei: feltToHex(wei),
  price_in_fri: feltToHex(fri),
});

/** Members that every block has, whether it is finished or not. */
function blockStart(block: BlockContext | BlockHeader): Json {
  const { timestamp, sequencerAddress, gasPrices, starknetVersion } = block;
  return {
    timestamp,
    sequencer_address: feltToHex(sequencerAddress),
    l1_da_mode: 'BLOB',
    l1_gas_price: price(gasPrices.l1Gas),
    l1_data_gas_price: price(gasPrices.l1DataGas),
    l2_gas_price: price(gasPrices.l2Gas),
    starknet_version: starknetVersion,
  };
}

interface Body {
  readonly transactions: readonly HashedTransaction[];
  readonly receipts: readonly Receipt[];
}

function bodyJson({ transactions, receipts }: Body): Json {
  return {
    transactions: transactions.map(transactionJson),
    transaction_receipts: receipts.map((receipt, index) =>
      receiptJson(transactions[index] as HashedTransaction, receipt, index),
    ),
  };
}

export function blockJson(header: BlockHeader, body: Body): Json {
  return {
    block_hash: feltToHex(header.hash),
    parent_block_hash: feltToHex(header.parentHash),
    block_number: header.number,
    state_root: feltToHex(header.stateRoot),
    transaction_commitment: feltToHex(header.transactionCommitment),
    event_commitment: feltToHex(header.eventCommitment),
    receipt_commitment: feltToHex(header.receiptCommitment),
    state_diff_commitment: feltToHex(header.stateDiffCommitment),
    state_diff_length: header.stateDiffLength,
    status: 'ACCEPTED_ON_L2',
    ...blockStart(header),
    ...bodyJson(body),
  };
}

/** The block that is still being built; `pending` is what it was called before 0.14. */
export function unfinishedBlockJson(
  context: BlockContext,
  parentHash: Felt,
  status: 'PENDING' | 'PRE_CONFIRMED',
  body: Body,
): Json {
  return {
    parent_block_hash: feltToHex(parentHash),
    block_number: context.number,
    status,
    ...blockStart(context),
    ...bodyJson(body),
  };
}

/** get_preconfirmed_block: what each transaction changed comes beside it. */
export function preConfirmedJson(
  context: BlockContext,
  body: Body,
  diffs: readonly StateDiff[],
): Json {
  return {
    status: 'PRE_CONFIRMED',
    ...blockStart(context),
    ...bodyJson(body),
    transaction_state_diffs: diffs.map(stateDiffJson),
  };
}

const bound = ({ maxAmount, maxPricePerUnit }: ResourceBounds): Json => ({
  max_amount: feltToHex(maxAmount),
  max_price_per_unit: feltToHex(maxPricePerUnit),
});
const bounds = ({ l1Gas, l2Gas, l1DataGas }: AllResourceBounds): Json => ({
  L1_GAS: bound(l1Gas),
  L2_GAS: bound(l2Gas),
  L1_DATA_GAS: bound(l1DataGas),
});
const MODES = { L1: 0, L2: 1 } as const;

export function transactionJson({ hash, transaction: tx }: HashedTransaction): Json {
  const start = { transaction_hash: feltToHex(hash), version: feltToHex(tx.version) };
  if (tx.type === 'L1_HANDLER')
    return {
      ...start,
      type: 'L1_HANDLER',
      contract_address: feltToHex(tx.contractAddress),
      entry_point_selector: feltToHex(tx.entryPointSelector),
      nonce: feltToHex(tx.nonce),
      calldata: hexes(tx.calldata),
    };
  const account = {
    ...start,
    signature: hexes(tx.signature),
    nonce: feltToHex(tx.nonce),
    nonce_data_availability_mode: MODES[tx.nonceDataAvailabilityMode],
    fee_data_availability_mode: MODES[tx.feeDataAvailabilityMode],
    resource_bounds: bounds(tx.resourceBounds),
    tip: feltToHex(tx.tip),
    paymaster_data: hexes(tx.paymasterData),
    sender_address: feltToHex(senderOf(tx)),
  };
  switch (tx.type) {
    case 'INVOKE':
      return {
        ...account,
        type: 'INVOKE_FUNCTION',
        calldata: hexes(tx.calldata),
        account_deployment_data: hexes(tx.accountDeploymentData),
        ...(tx.proofFacts !== undefined &&
          tx.proofFacts.length > 0 && { proof_facts: hexes(tx.proofFacts) }),
      };
    case 'DECLARE':
      return {
        ...account,
        type: 'DECLARE',
        class_hash: feltToHex(tx.classHash),
        compiled_class_hash: feltToHex(tx.compiledClassHash),
        account_deployment_data: hexes(tx.accountDeploymentData),
      };
    case 'DEPLOY_ACCOUNT':
      return {
        ...account,
        type: 'DEPLOY_ACCOUNT',
        class_hash: feltToHex(tx.classHash),
        constructor_calldata: hexes(tx.constructorCalldata),
        contract_address_salt: feltToHex(tx.contractAddressSalt),
      };
  }
}

/** Builtins are not counted here: `builtin_instance_counter` is empty, as for gas-counted classes. */
export function receiptJson(
  { transaction }: HashedTransaction,
  receipt: Receipt,
  index: number,
): Json {
  const { gas } = receipt;
  return {
    transaction_index: index,
    transaction_hash: feltToHex(receipt.transactionHash),
    execution_status: receipt.status,
    ...(receipt.revertReason !== undefined && { revert_error: receipt.revertReason }),
    actual_fee: feltToHex(receipt.actualFee),
    events: receipt.events.map(({ fromAddress, keys, data }) => ({
      from_address: feltToHex(fromAddress),
      keys: hexes(keys),
      data: hexes(data),
    })),
    l2_to_l1_messages: receipt.messages.map(({ fromAddress, toAddress, payload }) => ({
      from_address: feltToHex(fromAddress),
      to_address: `0x${toAddress.toString(16).padStart(40, '0')}`,
      payload: hexes(payload),
    })),
    ...(transaction.type === 'L1_HANDLER' && {
      l1_to_l2_consumed_message: {
        from_address: `0x${(transaction.calldata[0] ?? 0n).toString(16).padStart(40, '0')}`,
        to_address: feltToHex(transaction.contractAddress),
        selector: feltToHex(transaction.entryPointSelector),
        payload: hexes(transaction.calldata.slice(1)),
        nonce: feltToHex(transaction.nonce),
      },
    }),
    execution_resources: {
      n_steps: receipt.steps,
      n_memory_holes: 0,
      builtin_instance_counter: {},
      data_availability: { l1_gas: 0, l1_data_gas: Number(gas.l1DataGas), l2_gas: 0 },
      total_gas_consumed: {
        l1_gas: Number(gas.l1Gas),
        l1_data_gas: Number(gas.l1DataGas),
        l2_gas: Number(gas.l2Gas),
      },
    },
  };
}

export function stateDiffJson(diff: StateDiff): Json {
  const atAddress = ({ address, classHash }: { address: Felt; classHash: Felt }): Json => ({
    address: feltToHex(address),
    class_hash: feltToHex(classHash),
  });
  return {
    storage_diffs: Object.fromEntries(
      diff.storage.map(({ address, entries }) => [
        feltToHex(address),
        entries.map(({ key, value }) => ({ key: feltToHex(key), value: feltToHex(value) })),
      ]),
    ),
    nonces: Object.fromEntries(
      diff.nonces.map(({ address, nonce }) => [feltToHex(address), feltToHex(nonce)]),
    ),
    deployed_contracts: diff.deployedContracts.map(atAddress),
    old_declared_contracts: [],
    declared_classes: diff.declaredClasses.map(({ classHash, compiledClassHash }) => ({
      class_hash: feltToHex(classHash),
      compiled_class_hash: feltToHex(compiledClassHash),
    })),
    migrated_compiled_classes: [],
    replaced_classes: diff.replacedClasses.map(atAddress),
  };
}
