import { type UseQueryResult, useQuery } from '@tanstack/react-query';

/** What the server tells of the stack that it shows (src/server.ts, PageConfig). */
export interface PageConfig {
  readonly runId: string;
  readonly nodes: number;
  readonly verifyBlocks: boolean;
  readonly chaos: boolean;
}

export function usePageConfig(): UseQueryResult<PageConfig> {
  return useQuery({
    queryKey: ['config'],
    queryFn: async () => (await (await fetch('/config')).json()) as PageConfig,
    staleTime: 60_000,
    retry: true,
    retryDelay: 1_000,
  });
}
