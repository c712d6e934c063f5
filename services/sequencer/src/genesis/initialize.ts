import { buildGenesis, type Genesis } from '@stackctl/contracts-l2';
import { type StateDb, sealHeader } from '@stackctl/state';
import { type ExecutedBlock, StackError } from '@stackctl/types';
import { blockContext } from '../execution/block-context.ts';
import { blockPuts } from '../store/block-store.ts';
import { classPuts } from '../store/class-store.ts';
import type { Database } from '../store/database.ts';
import { KEYS } from '../store/keys.ts';
import type { GenesisFile } from './genesis-file.ts';

/** State, classes and accounts of block 0. */
export function genesisOf(file: GenesisFile): Genesis {
  const { chainId, seed, accounts, initialBalance } = file;
  return buildGenesis({ chainId, seed, accounts, initialBalance });
}

/**
 * Makes sure that the store belongs to this genesis, and writes block 0 into an empty one: no
 * transactions, no parent, no sequencer; its state root is that of the genesis state.
 *
 * Throws STALE_STATE for a store of another run or another genesis.
 */
export async function initialize(options: {
  readonly file: GenesisFile;
  readonly database: Database;
  readonly state: StateDb;
  /** For the message. */
  readonly path: string;
}): Promise<void> {
  const { file, database, state, path } = options;
  const digest = Buffer.from(file.digest).toString('hex');
  const stored = database.get(KEYS.genesis);
  if (stored !== undefined) {
    const found = Buffer.from(stored).toString();
    if (found === digest) return;
    const reason =
      `${path} holds the chain of another genesis (${found.slice(0, 12)}..., ` +
      `this run ${file.runId} has ${digest.slice(0, 12)}...); wipe it or go back to that run`;
    throw new StackError('STALE_STATE', { reason });
  }
  const genesis = genesisOf(file);
  const context = blockContext({
    chainId: file.chainId,
    number: 0,
    timestamp: file.timestamp,
    sequencerAddress: 0n,
  });
  const { stateRoot, puts } = state.apply(genesis.stateDiff, 0);
  const body: ExecutedBlock = {
    transactions: [],
    receipts: [],
    traces: [],
    stateDiff: genesis.stateDiff,
    witness: { storage: [], nonces: [], classHashes: [], compiledClassHashes: [] },
  };
  const header = sealHeader(context, 0n, stateRoot, body);
  const { transactions: _none, ...rest } = body;
  await database.write([
    ...puts,
    ...genesis.classes.flatMap(classPuts),
    ...blockPuts({ header, transactionHashes: [], ...rest }),
    [KEYS.genesis, Buffer.from(digest)],
  ]);
}
