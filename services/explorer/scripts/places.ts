import { createRpcClient } from '@stackctl/rpc';
import { feltToHex } from '@stackctl/types';

/** The fee token. */
export const STRK = '0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';

/** Every page by name, at something of it that the chain really has. */
export async function places(origin: string): Promise<Readonly<Record<string, string>>> {
  const rpc = createRpcClient([`${origin}/rpc`], { timeoutMs: 5_000 });
  const height = await rpc.starknet_blockNumber();
  // The newest block with a transaction in it; the proof of an older one is likelier to be there.
  for (let number = height; number > 0; number--) {
    const { transactions } = await rpc.starknet_getBlockWithTxHashes({ block_id: { number } });
    const hash = transactions.at(-1);
    if (hash === undefined) continue;
    const classHash = await rpc.starknet_getClassHashAt({
      block_id: 'latest',
      contract_address: BigInt(STRK),
    });
    return {
      home: '/',
      blocks: '/blocks',
      block: `/block/${number}`,
      transactions: '/transactions',
      transaction: `/tx/${feltToHex(hash)}`,
      contract: `/contract/${STRK}`,
      class: `/class/${feltToHex(classHash)}`,
      events: '/events',
      messages: '/messages',
      proofs: '/proofs',
      tour: `/tour?tx=${feltToHex(hash)}`,
      wallet: '/wallet',
      validators: '/validators',
    };
  }
  throw new Error('the chain has no transaction yet: send one (stackctl spam)');
}
