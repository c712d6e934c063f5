import { StackError } from '@stackctl/types';
import { requestAny } from './json-rpc.ts';
import type { ContractCall } from './kinds.ts';
import { type ClientAccount, parseAccounts } from './options.ts';
import { type Bounds, NO_BOUNDS, type Signer, signInvoke } from './signing.ts';

/** Bounds are the estimate times this: what is not used is not charged. */
const MARGIN = 2n;
/** Added to every amount, so that a resource estimated at zero is not refused for a unit or two. */
const SLACK = 1_000n;

/** One transaction that a block holds, with what became of it. */
export interface IncludedTransaction {
  readonly hash: string;
  readonly reverted: boolean;
}

export async function readChainId(urls: readonly string[]): Promise<string> {
  return text(await requestAny(urls, 0, 'starknet_chainId', []), 'starknet_chainId');
}

export async function readHeight(urls: readonly string[]): Promise<number> {
  const height = await requestAny(urls, 0, 'starknet_blockNumber', []);
  if (typeof height !== 'number') throw malformed('starknet_blockNumber');
  return height;
}

/** The account's next nonce, with what the node has already taken from it. */
export async function readNonce(
  urls: readonly string[],
  node: number,
  address: string,
): Promise<bigint> {
  const params = { block_id: 'pre_confirmed', contract_address: address };
  return BigInt(
    text(await requestAny(urls, node, 'starknet_getNonce', params), 'starknet_getNonce'),
  );
}

/** Accounts that the chain was made with, with their keys: a development chain's convenience. */
export async function predeployedAccounts(urls: readonly string[]): Promise<ClientAccount[]> {
  const method = 'devnet_getPredeployedAccounts';
  return parseAccounts(await requestAny(urls, 0, method, {}), method);
}

/** Hashes and outcomes of a block's transactions. */
export async function readBlock(
  urls: readonly string[],
  number: number,
): Promise<IncludedTransaction[]> {
  const method = 'starknet_getBlockWithReceipts';
  const block = (await requestAny(urls, 0, method, { block_id: { block_number: number } })) as {
    transactions?: Array<{
      receipt?: { transaction_hash?: unknown; execution_status?: unknown };
    }>;
  };
  if (!Array.isArray(block.transactions)) throw malformed(method);
  return block.transactions.map(({ receipt }) => ({
    hash: text(receipt?.transaction_hash, method),
    reverted: receipt?.execution_status === 'REVERTED',
  }));
}

/** True when the node knows the transaction (received, or in a block). */
export async function isKnown(
  urls: readonly string[],
  node: number,
  hash: string,
): Promise<boolean> {
  try {
    await requestAny(urls, node, 'starknet_getTransactionStatus', { transaction_hash: hash });
    return true;
  } catch (error) {
    if (error instanceof StackError) return false;
    throw error;
  }
}

/** Estimates one call (its validation included) and widens the result to bounds. */
export async function estimateBounds(
  urls: readonly string[],
  account: ClientAccount,
  call: ContractCall,
  chainId: string,
  signer: Signer,
): Promise<Bounds> {
  const nonce = await readNonce(urls, 0, account.address);
  const query = '0x100000000000000000000000000000003';
  const signed = signInvoke(account, call, nonce, NO_BOUNDS, chainId, signer, query);
  const answer = (await requestAny(urls, 0, 'starknet_estimateFee', {
    request: [signed.body],
    simulation_flags: [],
    block_id: 'latest',
  })) as Array<Record<string, string>>;
  const estimate = answer[0];
  if (estimate === undefined) throw malformed('starknet_estimateFee');
  function bound(resource: string) {
    const consumed = BigInt(text(estimate?.[`${resource}_consumed`], 'starknet_estimateFee'));
    const price = BigInt(text(estimate?.[`${resource}_price`], 'starknet_estimateFee'));
    return { max_amount: consumed * MARGIN + SLACK, max_price_per_unit: price * MARGIN };
  }
  return { l1_gas: bound('l1_gas'), l2_gas: bound('l2_gas'), l1_data_gas: bound('l1_data_gas') };
}

function text(value: unknown, method: string): string {
  if (typeof value !== 'string') throw malformed(method);
  return value;
}

function malformed(method: string): StackError<'RPC_ERROR'> {
  return new StackError('RPC_ERROR', {
    url: 'node',
    method,
    code: 0,
    message: 'the result is not what the specification says',
  });
}
