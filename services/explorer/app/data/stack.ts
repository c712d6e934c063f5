import type { NodeStatus } from '@stackctl/rpc';
import { useQuery } from '@tanstack/react-query';
import { usePageConfig } from './config.ts';
import { nodeRpc } from './rpc.ts';

/** A validator as it describes itself; without a status it does not answer. */
export interface NodeView {
  readonly index: number;
  readonly status: NodeStatus | undefined;
}

/** Every validator, asked one by one. */
export function useNodes() {
  const nodes = usePageConfig().data?.nodes ?? 0;
  return useQuery({
    queryKey: ['nodes', nodes],
    enabled: nodes > 0,
    refetchInterval: 1_000,
    queryFn: () =>
      Promise.all(
        Array.from({ length: nodes }, async (_, index): Promise<NodeView> => {
          const status = await nodeRpc(index)
            .stackctl_nodeStatus()
            .catch(() => undefined);
          return { index, status };
        }),
      ),
  });
}

/** The proving service's own status (services/watcher-prover, GET /status), as far as pages use it. */
export interface ProverStatus {
  readonly provenHeight: number;
  readonly height: number;
  readonly lag: number;
  readonly queue: number;
  readonly failures: number;
  readonly proving: { readonly block: number; readonly phase: string; readonly ms: number } | null;
  readonly lastProof: {
    readonly block: number;
    readonly steps: number;
    readonly ms: number;
    readonly securityBits: number;
  } | null;
  readonly stepsPerSecond: number;
}

export function useProver() {
  return useQuery({
    queryKey: ['prover'],
    refetchInterval: 1_000,
    queryFn: async () => {
      const response = await fetch('/prover/status');
      if (!response.ok) throw new Error('the proving service does not answer');
      return (await response.json()) as ProverStatus;
    },
  });
}

/** The height of L1. */
export function useL1Height() {
  return useQuery({
    queryKey: ['l1'],
    refetchInterval: 3_000,
    queryFn: async () => {
      const response = await fetch('/l1', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] }),
      });
      if (!response.ok) throw new Error('L1 does not answer');
      const { result } = (await response.json()) as { result?: string };
      if (result === undefined) throw new Error('L1 gave no height');
      return Number(result);
    },
  });
}
