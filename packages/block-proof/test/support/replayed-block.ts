import { classes as compiled } from '@stackctl/contracts-l2';
import type { ProofNode, StateDb, StateProof } from '@stackctl/state';
import type { Felt, StateWitness } from '@stackctl/types';
import { transcriptOf } from '../../src/replay/from-records.ts';
import { neededWitness } from '../../src/replay/replay-block.ts';
import { headersNeeded, type StorageWitness } from '../../src/replay/storage-witness.ts';
import type { BlockTranscript, ReplayClasses, ReplayedBlock } from '../../src/replay/types.ts';
import { encodeStorageWitness } from '../../src/replay/witness-codec.ts';
import type { createChain, RealBlock } from './real-block.ts';

type Chain = ReturnType<typeof createChain>;

/** What the verifier of one block is given. */
export interface Replayable {
  readonly transcript: BlockTranscript;
  readonly block: ReplayedBlock;
  readonly witness: StorageWitness;
  readonly bytes: Uint8Array;
}

const byHash = new Map(Object.values(compiled).map((entry) => [entry.classHash, entry]));

export const replayClasses: ReplayClasses = {
  casm: (classHash) => byHash.get(classHash)?.casm,
  sierra: (classHash) => byHash.get(classHash)?.sierra,
};

/** A block executed on a test chain, as a verifier sees it. */
export function replayableBlock(chain: Chain, { header, body, records }: RealBlock): Replayable {
  const { number } = header;
  const transcript = transcriptOf(records, body.receipts);
  const block = { chainId: chain.chainId, header, transactions: body.transactions };
  const headers = Array.from({ length: headersNeeded(number) }, (_, index) => {
    const { hash: _hash, ...rest } = (chain.blocks[number - 1 - index] as RealBlock).header;
    return rest;
  });
  const state = openState(chain.state, number - 1, body.witness);
  const needed = neededWitness(transcript, block, replayClasses, { headers, state });
  if ('missing' in needed) throw new Error(`node ${needed.missing} is missing`);
  const { witness } = needed;
  return { transcript, block, witness, bytes: encodeStorageWitness(witness) };
}

/** The paths of the parent's state to everything that the block read. */
function openState(state: StateDb, parent: number, reads: StateWitness): StateProof {
  const roots = state.roots(parent);
  if (roots === undefined) throw new RangeError(`no block ${parent}`);
  const { contractsRoot, classesRoot } = roots;
  const addresses = new Set<Felt>([1n]);
  for (const list of [reads.storage, reads.nonces, reads.classHashes])
    for (const { address } of list) addresses.add(address);
  const contracts = [...addresses]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((address) => ({ address, ...state.contract(address, parent) }));
  const reader = state.reader(parent);
  const classes = reads.compiledClassHashes.map(({ classHash }) => ({
    classHash,
    compiledClassHash: reader.compiledClassHash(classHash),
  }));
  const rootOf = (address: Felt) => state.contract(address, parent).storageRoot;
  return {
    contractsRoot,
    classesRoot,
    contractNodes: sorted([
      ...contracts.map(({ address }) => state.proveContract(contractsRoot, address)),
      ...reads.storage.map(({ address, key }) => state.proveStorage(rootOf(address), key)),
    ]),
    classNodes: sorted(classes.map(({ classHash }) => state.proveClass(classesRoot, classHash))),
    contracts: contracts.filter(
      ({ classHash, storageRoot, nonce }) => classHash !== 0n || storageRoot !== 0n || nonce !== 0n,
    ),
    classes: classes.filter(({ compiledClassHash }) => compiledClassHash !== 0n),
  };
}

function sorted(paths: readonly ProofNode[][]) {
  const nodes = new Map(paths.flat().map(({ hash: key, node }) => [key, node]));
  return [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node);
}
