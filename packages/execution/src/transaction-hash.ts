import { computeHashOnElements, contractAddress, poseidonMany } from '@stackctl/crypto';
import {
  type AccountTransaction,
  type AllResourceBounds,
  type DeployAccountTransaction,
  type Felt,
  type L1HandlerTransaction,
  type ResourceBounds,
  shortString,
  type Transaction,
} from '@stackctl/types';

const L1_GAS = shortString('L1_GAS');
const L2_GAS = shortString('L2_GAS');
const L1_DATA_GAS = shortString('L1_DATA');

let emptyHash: Felt | undefined;

/** Most transactions have two empty lists: their hash is kept. */
function hashList(felts: readonly Felt[]): Felt {
  if (felts.length > 0) return poseidonMany(felts);
  emptyHash ??= poseidonMany([]);
  return emptyHash;
}

const PREFIX = {
  INVOKE: shortString('invoke'),
  DECLARE: shortString('declare'),
  DEPLOY_ACCOUNT: shortString('deploy_account'),
  L1_HANDLER: shortString('l1_handler'),
} as const;

/** Hash of a transaction (SNIP-8 for version 3; the Pedersen scheme for L1 handlers). */
export function hashTransaction(transaction: Transaction, chainId: Felt): Felt {
  return transaction.type === 'L1_HANDLER'
    ? hashL1Handler(transaction, chainId)
    : hashAccountTransaction(transaction, chainId);
}

function hashAccountTransaction(transaction: AccountTransaction, chainId: Felt): Felt {
  const sender =
    transaction.type === 'DEPLOY_ACCOUNT'
      ? deployedAccountAddress(transaction)
      : transaction.senderAddress;
  return poseidonMany([
    PREFIX[transaction.type],
    transaction.version,
    sender,
    feeHash(transaction.tip, transaction.resourceBounds),
    hashList(transaction.paymasterData),
    chainId,
    transaction.nonce,
    dataAvailability(transaction),
    ...specificFields(transaction),
  ]);
}

function specificFields(transaction: AccountTransaction): Felt[] {
  switch (transaction.type) {
    case 'INVOKE': {
      const { accountDeploymentData, calldata, proofFacts = [] } = transaction;
      const fields = [hashList(accountDeploymentData), poseidonMany(calldata)];
      // Transactions without proof facts keep the hash that they had before these existed.
      if (proofFacts.length > 0) fields.push(poseidonMany(proofFacts));
      return fields;
    }
    case 'DECLARE':
      return [
        hashList(transaction.accountDeploymentData),
        transaction.classHash,
        transaction.compiledClassHash,
      ];
    case 'DEPLOY_ACCOUNT':
      return [
        poseidonMany(transaction.constructorCalldata),
        transaction.classHash,
        transaction.contractAddressSalt,
      ];
  }
}

/** Address at which a DEPLOY_ACCOUNT puts its account. */
export function deployedAccountAddress(
  transaction: Pick<
    DeployAccountTransaction,
    'classHash' | 'constructorCalldata' | 'contractAddressSalt'
  >,
): Felt {
  return contractAddress({
    salt: transaction.contractAddressSalt,
    classHash: transaction.classHash,
    constructorCalldata: transaction.constructorCalldata,
    deployer: 0n,
  });
}

/** Wallets and load clients use the same few bounds again and again. */
const feeHashes = new Map<string, Felt>();
const MOST_FEE_HASHES = 1024;

function feeHash(tip: bigint, bounds: AllResourceBounds): Felt {
  const { l1Gas: a, l2Gas: b, l1DataGas: c } = bounds;
  const key = `${tip} ${a.maxAmount} ${a.maxPricePerUnit} ${b.maxAmount} ${b.maxPricePerUnit} ${c.maxAmount} ${c.maxPricePerUnit}`;
  let hash = feeHashes.get(key);
  if (hash === undefined) {
    hash = computeFeeHash(tip, bounds);
    if (feeHashes.size >= MOST_FEE_HASHES) feeHashes.clear();
    feeHashes.set(key, hash);
  }
  return hash;
}

function computeFeeHash(tip: bigint, bounds: AllResourceBounds): Felt {
  return poseidonMany([
    tip,
    packBounds(L1_GAS, bounds.l1Gas),
    packBounds(L2_GAS, bounds.l2Gas),
    packBounds(L1_DATA_GAS, bounds.l1DataGas),
  ]);
}

/** name (60 bits) | amount (64) | price (128) */
function packBounds(name: Felt, bounds: ResourceBounds): Felt {
  return (name << 192n) | (bounds.maxAmount << 128n) | bounds.maxPricePerUnit;
}

function dataAvailability(transaction: AccountTransaction): Felt {
  const nonceMode = transaction.nonceDataAvailabilityMode === 'L1' ? 0n : 1n;
  const feeMode = transaction.feeDataAvailabilityMode === 'L1' ? 0n : 1n;
  return (nonceMode << 32n) | feeMode;
}

function hashL1Handler(transaction: L1HandlerTransaction, chainId: Felt): Felt {
  const maxFee = 0n;
  return computeHashOnElements([
    PREFIX.L1_HANDLER,
    transaction.version,
    transaction.contractAddress,
    transaction.entryPointSelector,
    computeHashOnElements(transaction.calldata),
    maxFee,
    chainId,
    transaction.nonce,
  ]);
}
