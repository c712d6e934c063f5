import { selector } from '@stackctl/crypto';
import type { Felt } from '@stackctl/types';
import { useQuery } from '@tanstack/react-query';
import type { Abi } from '../decode/abi.ts';
import { decodeFields, type Value } from '../decode/values.ts';
import { rpc } from './rpc.ts';

/** The fee tokens of Starknet's chains, and of this one. */
export const STRK: Felt = 0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938dn;
export const ETH: Felt = 0x049d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7n;

export async function balanceOf(token: Felt, owner: Felt): Promise<bigint> {
  const [low = 0n, high = 0n] = await rpc.starknet_call({
    request: { contractAddress: token, selector: selector('balance_of'), calldata: [owner] },
    block_id: 'latest',
  });
  return low + (high << 128n);
}

export function useBalances(owner: Felt | undefined) {
  return useQuery({
    queryKey: ['balances', owner?.toString(16)],
    enabled: owner !== undefined,
    refetchInterval: 3_000,
    queryFn: async () => {
      const [strk, eth] = await Promise.all(
        [STRK, ETH].map((token) => balanceOf(token, owner as Felt)),
      );
      return { strk: strk ?? 0n, eth: eth ?? 0n };
    },
  });
}

/** Name and symbol of a contract that has both, as it tells them: text of whoever wrote it. */
export function useTokenNames(address: Felt, abi: Abi) {
  const name = abi.functionOf(selector('name'));
  const symbol = abi.functionOf(selector('symbol'));
  return useQuery({
    queryKey: ['token', address.toString(16)],
    enabled: name?.inputs.length === 0 && symbol?.inputs.length === 0,
    queryFn: async () => {
      const texts = await Promise.all([name, symbol].map((entry) => readText(address, abi, entry)));
      return { name: texts[0] ?? '', symbol: texts[1] ?? '' };
    },
  });
}

async function readText(
  address: Felt,
  abi: Abi,
  entry: ReturnType<Abi['functionOf']>,
): Promise<string> {
  if (entry === undefined) return '';
  const felts = await rpc.starknet_call({
    request: { contractAddress: address, selector: selector(entry.name), calldata: [] },
    block_id: 'latest',
  });
  const fields = entry.outputs.map(({ type }) => ({ name: '', type }));
  return textOf(decodeFields(abi, fields, felts)?.[0]?.value);
}

function textOf(value: Value | undefined): string {
  if (value?.kind === 'text') return value.text;
  if (value?.kind !== 'felt') return '';
  const hex = value.value.toString(16);
  const bytes = hex.padStart(hex.length + (hex.length % 2), '0').match(/../g) ?? [];
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
}
