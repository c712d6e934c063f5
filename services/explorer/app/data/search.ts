import { type Felt, feltToHex, PRIME } from '@stackctl/types';
import { isNotFound } from '../ui/load.tsx';
import { rpc } from './rpc.ts';

/** Felts as people paste them: in hex with leading zeros too. */
export function looseFelt(text: string): Felt | undefined {
  if (!/^0x[0-9a-fA-F]{1,64}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < PRIME ? value : undefined;
}

/**
 * Where a text leads: the path of a page (it starts with a slash), or a sentence that says why nowhere. A hash
 * may be anything: all are asked for at once, since nothing in it tells what it is.
 */
export async function find(text: string): Promise<string> {
  if (/^\d{1,15}$/.test(text)) {
    const height = await rpc.starknet_blockNumber();
    return Number(text) <= height
      ? `/block/${Number(text)}`
      : `There is no block ${text} yet: the last one is ${height}.`;
  }
  const hash = looseFelt(text);
  if (hash === undefined) return 'Write a block number, or a hash or address that starts with 0x.';
  const hex = feltToHex(hash);
  const places = await Promise.all([
    exists(rpc.starknet_getTransactionStatus({ transaction_hash: hash }), `/tx/${hex}`),
    exists(rpc.starknet_getBlockTransactionCount({ block_id: { hash } }), `/block/${hex}`),
    exists(
      rpc.starknet_getClassHashAt({ block_id: 'latest', contract_address: hash }),
      `/contract/${hex}`,
    ),
    exists(rpc.starknet_getClass({ block_id: 'latest', class_hash: hash }), `/class/${hex}`),
  ]);
  return places.find((path) => path !== undefined) ?? 'Nothing on this chain has that hash.';
}

async function exists(answer: Promise<unknown>, path: string): Promise<string | undefined> {
  try {
    await answer;
    return path;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
