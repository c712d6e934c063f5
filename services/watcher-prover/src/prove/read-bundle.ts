import { readBlockFacts } from '@stackctl/block-proof';
import {
  type ClassProvider,
  ClassRegistry,
  type SierraSize,
  type SierraVersion,
  sierraSizeOf,
  sierraVersionOf,
} from '@stackctl/execution';
import type { RpcClient } from '@stackctl/rpc';
import { type CasmClassJson, type Felt, feltToHex, StackError } from '@stackctl/types';
import type { BlockBundle } from './reexecute.ts';

/** A block writes the hash of the block that many before it into the state. */
const BLOCK_HASH_LAG = 10;

/** Reads a block with what executing it again needs; it must be the block of the job. */
export async function readBundle(
  rpc: RpcClient,
  chainId: Felt,
  block: number,
  hash: string,
): Promise<BlockBundle> {
  const ref = { number: block };
  const old = block - BLOCK_HASH_LAG;
  const [facts, witness, oldBlock] = await Promise.all([
    readBlockFacts(rpc, ref),
    rpc.stackctl_getBlockWitness({ block_id: ref }),
    old < 0 ? undefined : rpc.starknet_getBlockWithTxHashes({ block_id: { number: old } }),
  ]);
  if (feltToHex(facts.header.hash) !== hash || facts.chainId !== chainId)
    throw new StackError('PROVER', {
      reason: `block ${block} is ${feltToHex(facts.header.hash)}, not ${hash}`,
    });
  const blockHashes = new Map<number, Felt>();
  if (oldBlock !== undefined && oldBlock.status !== 'PRE_CONFIRMED')
    blockHashes.set(old, oldBlock.header.hash);
  return { facts, witness, blockHashes };
}

/** Classes by hash, read from the chain once and kept. A class never changes under its hash. */
export class ChainClasses implements ClassProvider {
  readonly registry = new ClassRegistry(this);
  readonly #casms = new Map<Felt, CasmClassJson>();
  readonly #versions = new Map<Felt, SierraVersion>();
  readonly #sizes = new Map<Felt, SierraSize>();

  /** Reads the classes that a block may run and that are not here yet. */
  async load(rpc: RpcClient, { facts, witness }: BlockBundle): Promise<void> {
    const needed = witness.compiledClassHashes
      .filter(({ compiledClassHash }) => compiledClassHash !== 0n)
      .map(({ classHash }) => classHash);
    for (const { transaction } of facts.transactions)
      if (transaction.type === 'DECLARE') needed.push(transaction.classHash);
    for (const classHash of new Set(needed)) {
      if (this.#casms.has(classHash)) continue;
      const [casm, sierra] = await Promise.all([
        rpc.starknet_getCompiledCasm({ class_hash: classHash }),
        rpc.starknet_getClass({ block_id: { number: facts.header.number }, class_hash: classHash }),
      ]);
      const version = sierraVersionOf(sierra);
      if (version !== undefined) this.#versions.set(classHash, version);
      this.#sizes.set(classHash, sierraSizeOf(sierra));
      this.#casms.set(classHash, casm);
    }
  }

  casm(classHash: Felt): CasmClassJson | undefined {
    return this.#casms.get(classHash);
  }

  sierraVersion(classHash: Felt): SierraVersion | undefined {
    return this.#versions.get(classHash);
  }

  sierraSize(classHash: Felt): SierraSize | undefined {
    return this.#sizes.get(classHash);
  }
}
