import type { RpcClient } from '@stackctl/rpc';
import { feltToHex, isStackError } from '@stackctl/types';
import type { BlockFacts } from './block-facts.ts';
import { type ProofStore, proofNames } from './proof-store.ts';
import { decodePublicInputs } from './public-inputs-codec.ts';
import { type NeededClasses, neededClasses, readClassFacts } from './read-classes.ts';
import { type BlockRef, readBlockFacts } from './read-facts.ts';
import {
  type BlockProof,
  NOTHING_VERIFIED,
  type VerifyReport,
  verifyBlock,
} from './verify-block.ts';

/**
 * Verifies a block's proof from a store against the chain. Never throws: `pending` when the block has no
 * proof yet, `unavailable` when the block, its classes or the store cannot be read.
 */
export async function verifyStored(
  rpc: RpcClient,
  store: Pick<ProofStore, 'get'>,
  ref: BlockRef,
): Promise<VerifyReport> {
  const started = performance.now();
  let known: Pick<VerifyReport, 'block' | 'blockHash'> = {
    block: 'number' in ref ? ref.number : null,
    blockHash: 'hash' in ref ? feltToHex(ref.hash) : null,
  };
  function none(status: 'pending' | 'unavailable', reason: string): VerifyReport {
    const ms = Math.round(performance.now() - started);
    return { status, ...known, ...NOTHING_VERIFIED, ms, reason };
  }
  try {
    const facts = await readBlockFacts(rpc, ref);
    known = { block: facts.header.number, blockHash: feltToHex(facts.header.hash) };
    const names = proofNames(facts.header.hash);
    const proof = await store.get(names.proof);
    if (proof === undefined) return none('pending', 'the block has no proof yet');
    const publicInputs = await store.get(names.publicInputs);
    if (publicInputs === undefined)
      return none('unavailable', 'the proof has no public inputs beside it');
    const witness = await store.get(names.witness);
    if (witness === undefined)
      return none('unavailable', 'the proof has no witness beside it: it cannot be replayed');
    return await verifyFiles(rpc, { proof, publicInputs, witness }, ref, facts);
  } catch (error) {
    if (!isStackError(error)) throw error;
    return none('unavailable', error.message);
  }
}

/**
 * Verifies a block's files against the block that these name (or `ref`, when given).
 * @throws StackError RPC_UNREACHABLE, RPC_ERROR; PROOF_REJECTED when they name no block at all
 */
export async function verifyFiles(
  rpc: RpcClient,
  files: BlockProof,
  ref?: BlockRef,
  facts?: BlockFacts,
): Promise<VerifyReport> {
  const block = ref ?? { number: decodePublicInputs(files.publicInputs).blockNumber };
  const known = facts ?? (await readBlockFacts(rpc, block));
  let needed: NeededClasses = { classHashes: [], compiled: new Map() };
  try {
    needed = neededClasses(files, known.transactions);
  } catch (error) {
    // Malformed files of a known block are for verifyBlock to judge.
    if (!isStackError(error, 'PROOF_REJECTED')) throw error;
  }
  return verifyBlock(files, known, await readClassFacts(rpc, block, needed));
}
