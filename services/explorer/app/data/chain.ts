import type { Felt } from '@stackctl/types';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FinalBlock, finalBlock } from './blocks.ts';
import { rpc } from './rpc.ts';

/** How often the page asks whether there is a new block. */
const HEAD_POLL_MS = 700;

export type BlockRef = { readonly number: number } | { readonly hash: Felt };

/** Height and hash of the last block; polled, and the pulse of everything live. */
export function useHead() {
  return useQuery({
    queryKey: ['head'],
    queryFn: () => rpc.starknet_blockHashAndNumber(),
    refetchInterval: HEAD_POLL_MS,
  });
}

function blockQuery(ref: BlockRef) {
  return {
    queryKey: ['block', 'number' in ref ? String(ref.number) : ref.hash.toString(16)],
    queryFn: async () => finalBlock(await rpc.starknet_getBlockWithReceipts({ block_id: ref })),
    // Final: what was read once stays true.
    staleTime: Number.POSITIVE_INFINITY,
  };
}

export function useBlock(ref: BlockRef | undefined) {
  return useQuery({
    ...blockQuery(ref ?? { number: 0 }),
    enabled: ref !== undefined,
    // A number above the head is a block to come.
    refetchInterval: (query) => (query.state.data === undefined ? 2_000 : false),
  });
}

/** `count` blocks downwards from `top`, each read once and then kept. */
export async function readBlocks(
  client: QueryClient,
  top: number,
  count: number,
): Promise<readonly FinalBlock[]> {
  const numbers = Array.from({ length: Math.min(count, top + 1) }, (_, i) => top - i);
  return await Promise.all(numbers.map((number) => client.fetchQuery(blockQuery({ number }))));
}

/** The newest blocks, the last one first. */
export function useBlocks(top: number | undefined, count: number) {
  const client = useQueryClient();
  return useQuery({
    queryKey: ['blocks', top, count],
    enabled: top !== undefined,
    placeholderData: (previous: readonly FinalBlock[] | undefined) => previous,
    queryFn: () => readBlocks(client, top as number, count),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
