import { createRpcClient } from '@stackctl/rpc';
import { feltToHex } from '@stackctl/types';

export interface ValidatorView {
  readonly name: string;
  /** null: it does not answer. */
  readonly height: number | null;
  readonly blockHash: string | null;
}

export interface L2View {
  /** Of the validator that is furthest; null when none answers. */
  readonly height: number | null;
  readonly stateRoot: string | null;
  readonly validators: readonly ValidatorView[];
}

export interface NamedUrl {
  readonly name: string;
  readonly url: string;
}

const TIMEOUT_MS = 2_000;

async function validatorView({ name, url }: NamedUrl): Promise<ValidatorView> {
  try {
    const rpc = createRpcClient([url], { timeoutMs: TIMEOUT_MS });
    const { number, hash } = await rpc.starknet_blockHashAndNumber();
    return { name, height: number, blockHash: feltToHex(hash) };
  } catch {
    return { name, height: null, blockHash: null };
  }
}

async function stateRootAt(url: string, height: number): Promise<string | null> {
  try {
    const rpc = createRpcClient([url], { timeoutMs: TIMEOUT_MS });
    const view = await rpc.starknet_getBlockWithTxHashes({ block_id: { number: height } });
    return view.status === 'PRE_CONFIRMED' ? null : feltToHex(view.header.stateRoot);
  } catch {
    return null;
  }
}

/** What the sequencers say of their chain. Never throws: silence is an answer. */
export async function readL2(nodes: readonly NamedUrl[]): Promise<L2View> {
  const validators = await Promise.all(nodes.map(validatorView));
  const furthest = validators
    .filter((one) => one.height !== null)
    .sort((a, b) => (b.height ?? 0) - (a.height ?? 0))[0];
  const url = nodes.find(({ name }) => name === furthest?.name)?.url;
  const height = furthest?.height ?? null;
  const stateRoot = url === undefined || height === null ? null : await stateRootAt(url, height);
  return { height, stateRoot, validators };
}
