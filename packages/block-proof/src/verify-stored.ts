import type { RpcClient } from '@stackctl/rpc';
import { feltToHex, isStackError } from '@stackctl/types';
import { classesOf } from './check-inputs.ts';
import { type ProofStore, proofNames } from './proof-store.ts';
import { decodePublicInputs } from './public-inputs-codec.ts';
import { type BlockRef, type ReadBlock, readBlockFacts, readClassFacts } from './read-facts.ts';
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
    return await verifyFiles(rpc, { proof, publicInputs }, ref, facts);
  } catch (error) {
    if (!isStackError(error)) throw error;
    return none('unavailable', error.message);
  }
}

/** Classes that a verifier is willing to read for one block. */
const MOST_CLASSES = 1000;

/**
 * Verifies a proof and its public inputs against the block that these name (or `ref`, when given).
 * @throws StackError RPC_UNREACHABLE, RPC_ERROR; PROOF_REJECTED when they name no block at all
 */
export async function verifyFiles(
  rpc: RpcClient,
  files: BlockProof,
  ref?: BlockRef,
  facts?: ReadBlock,
): Promise<VerifyReport> {
  let classHashes: bigint[] = [];
  let block = ref;
  try {
    const inputs = decodePublicInputs(files.publicInputs);
    classHashes = classesOf(inputs);
    block ??= { number: inputs.blockNumber };
  } catch (error) {
    // Malformed inputs of a known block are for verifyBlock to judge.
    if (block === undefined) throw error;
  }
  const target = block as BlockRef;
  const known = facts ?? (await readBlockFacts(rpc, target));
  // Inputs may name anything: no more classes are worth a request than the block can have run.
  const wanted = classHashes.slice(0, MOST_CLASSES);
  return verifyBlock(files, known, await readClassFacts(rpc, target, wanted, known.transactions));
}
