import type { Felt } from '@stackctl/types';
import { useQuery } from '@tanstack/react-query';
import { type Abi, emptyAbi, parseAbi } from '../decode/abi.ts';
import { rpc } from './rpc.ts';

/** The class of a contract now. */
export function useClassHashAt(address: Felt | undefined) {
  return useQuery({
    queryKey: ['class-at', address?.toString(16)],
    enabled: address !== undefined,
    queryFn: () =>
      rpc.starknet_getClassHashAt({ block_id: 'latest', contract_address: address as Felt }),
  });
}

export function useClass(hash: Felt | undefined) {
  return useQuery({
    queryKey: ['class', hash?.toString(16)],
    enabled: hash !== undefined,
    queryFn: () => rpc.starknet_getClass({ block_id: 'latest', class_hash: hash as Felt }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The ABI of a class; one that knows nothing while it is read, or when it cannot be. */
export function useAbi(classHash: Felt | undefined): Abi {
  const { data } = useClass(classHash);
  const parsed = useQuery({
    queryKey: ['abi', classHash?.toString(16)],
    enabled: data !== undefined,
    queryFn: () => parseAbi(data?.abi),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return parsed.data ?? emptyAbi;
}

/** The ABI of whatever class a contract has now. */
export function useAbiAt(address: Felt | undefined): Abi {
  return useAbi(useClassHashAt(address).data);
}

export function useNonce(address: Felt | undefined) {
  return useQuery({
    queryKey: ['nonce', address?.toString(16)],
    enabled: address !== undefined,
    queryFn: () => rpc.starknet_getNonce({ block_id: 'latest', contract_address: address as Felt }),
    refetchInterval: 3_000,
  });
}
