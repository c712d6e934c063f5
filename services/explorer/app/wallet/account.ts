import { contractAddress, selector } from '@stackctl/crypto';
import { hashTransaction } from '@stackctl/execution';
import type {
  AllResourceBounds,
  DeployAccountTransaction,
  Felt,
  InvokeTransaction,
} from '@stackctl/types';
import { rpc } from '../data/rpc.ts';
import { STRK } from '../data/tokens.ts';
import { StarkKey } from './key.ts';

/** An account that the page can sign for. */
export interface WalletAccount {
  readonly key: StarkKey;
  readonly classHash: Felt;
  readonly address: Felt;
  readonly chainId: Felt;
}

/** The account of a key: of the class that the accounts of this chain's genesis have. */
export async function accountOfKey(key: StarkKey): Promise<WalletAccount> {
  const [given] = await rpc.devnet_getPredeployedAccounts({});
  if (given === undefined) throw new Error('the chain has no accounts to take the class from');
  const [classHash, chainId] = await Promise.all([
    rpc.starknet_getClassHashAt({ block_id: 'latest', contract_address: given.address }),
    rpc.starknet_chainId(),
  ]);
  const address = contractAddress({
    salt: key.publicKey,
    classHash,
    constructorCalldata: [key.publicKey],
    deployer: 0n,
  });
  return { key, classHash, address, chainId };
}

/** The last of the accounts that a development chain is born with: their keys are public. */
export async function givenAccount(): Promise<WalletAccount> {
  const given = (await rpc.devnet_getPredeployedAccounts({})).at(-1);
  if (given === undefined) throw new Error('the chain gives away no accounts');
  const { address, privateKey } = given;
  const [classHash, chainId] = await Promise.all([
    rpc.starknet_getClassHashAt({ block_id: 'latest', contract_address: address }),
    rpc.starknet_chainId(),
  ]);
  return { key: new StarkKey(privateKey), classHash, address, chainId };
}

type Signable = InvokeTransaction | DeployAccountTransaction;

/** Bounds that leave room for what changes until the transaction is in a block. */
const ROOM = { amount: 3n, price: 2n };
const NO_BOUND = { maxAmount: 0n, maxPricePerUnit: 0n };
const NO_BOUNDS: AllResourceBounds = { l1Gas: NO_BOUND, l2Gas: NO_BOUND, l1DataGas: NO_BOUND };
const COMMON = {
  version: 3n,
  signature: [],
  resourceBounds: NO_BOUNDS,
  tip: 0n,
  paymasterData: [],
  nonceDataAvailabilityMode: 'L1',
  feeDataAvailabilityMode: 'L1',
} as const;

function signed<T extends Signable>({ key, chainId }: WalletAccount, transaction: T): T {
  const { r, s } = key.sign(hashTransaction(transaction, chainId));
  return { ...transaction, signature: [r, s] };
}

/** Signs for an estimate, then with the bounds that follow from it. */
async function priced<T extends Signable>(account: WalletAccount, transaction: T): Promise<T> {
  const [estimate] = await rpc.starknet_estimateFee({
    request: [signed(account, transaction)],
    simulation_flags: [],
    block_id: 'latest',
  });
  if (estimate === undefined) throw new Error('the node estimated no fee');
  const bound = (name: keyof AllResourceBounds) => ({
    maxAmount: estimate.gas[name] * ROOM.amount,
    maxPricePerUnit: estimate.prices[name] * ROOM.price,
  });
  const resourceBounds = {
    l1Gas: bound('l1Gas'),
    l2Gas: bound('l2Gas'),
    l1DataGas: bound('l1DataGas'),
  };
  return signed(account, { ...transaction, resourceBounds });
}

/** Deploys the account from its own balance; gives the transaction's hash. */
export async function deployAccount(account: WalletAccount): Promise<Felt> {
  const transaction: DeployAccountTransaction = {
    ...COMMON,
    type: 'DEPLOY_ACCOUNT',
    nonce: 0n,
    contractAddressSalt: account.key.publicKey,
    constructorCalldata: [account.key.publicKey],
    classHash: account.classHash,
  };
  const { transactionHash } = await rpc.starknet_addDeployAccountTransaction({
    deploy_account_transaction: await priced(account, transaction),
  });
  return transactionHash;
}

/** Sends STRK, in its smallest unit, from the account; gives the transaction's hash. */
export async function transfer(account: WalletAccount, to: Felt, units: bigint): Promise<Felt> {
  const nonce = await rpc.starknet_getNonce({
    block_id: 'latest',
    contract_address: account.address,
  });
  const call = [to, units & (2n ** 128n - 1n), units >> 128n];
  const transaction: InvokeTransaction = {
    ...COMMON,
    type: 'INVOKE',
    nonce,
    senderAddress: account.address,
    calldata: [1n, STRK, selector('transfer'), BigInt(call.length), ...call],
    accountDeploymentData: [],
  };
  const { transactionHash } = await rpc.starknet_addInvokeTransaction({
    invoke_transaction: await priced(account, transaction),
  });
  return transactionHash;
}

/** Test money for the account, where the chain is a development network. */
export async function fund(account: WalletAccount, units: bigint): Promise<void> {
  await rpc.devnet_mint({ address: account.address, amount: units, unit: 'FRI' });
}
