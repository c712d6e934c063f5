import type { Felt } from '@stackctl/types';
import { useQuery } from '@tanstack/react-query';
import { isNotFound } from '../ui/load.tsx';
import { rpc } from './rpc.ts';

/** A transaction with its receipt and trace, and its status while it has none. Polled until it is final. */
export function useTransaction(hash: Felt | undefined) {
  return useQuery({
    queryKey: ['transaction', hash?.toString(16)],
    enabled: hash !== undefined,
    queryFn: () => readTransaction(hash as Felt),
    refetchInterval: ({ state }) => (isFinal(state.data?.placed?.receipt.finality) ? false : 1_000),
  });
}

async function readTransaction(hash: Felt) {
  const [{ transaction }, status, placed] = await Promise.all([
    rpc.starknet_getTransactionByHash({ transaction_hash: hash }),
    rpc.starknet_getTransactionStatus({ transaction_hash: hash }),
    rpc.starknet_getTransactionReceipt({ transaction_hash: hash }).catch(noneYet),
  ]);
  const trace =
    placed === undefined
      ? undefined
      : await rpc.starknet_traceTransaction({ transaction_hash: hash }).catch(() => undefined);
  return { hash, transaction, status, placed, trace };
}

export type TransactionData = Awaited<ReturnType<typeof readTransaction>>;

/** A transaction that waits has no receipt. */
function noneYet(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

function isFinal(finality: string | undefined): boolean {
  return finality === 'ACCEPTED_ON_L2' || finality === 'ACCEPTED_ON_L1';
}
