import { type GenesisAccount, WELL_KNOWN } from '@stackctl/contracts-l2';
import { selector, sign } from '@stackctl/crypto';
import { ClassRegistry, hashTransaction } from '@stackctl/execution';
import { StateDb } from '@stackctl/state';
import type { Felt, InvokeTransaction } from '@stackctl/types';
import { createLedger, type Ledger } from '../src/execution/ledger.ts';
import { type GenesisFile, parseGenesis } from '../src/genesis/genesis-file.ts';
import { genesisOf, initialize } from '../src/genesis/initialize.ts';
import { createBlockStore } from '../src/store/block-store.ts';
import { createClassStore } from '../src/store/class-store.ts';
import type { Database } from '../src/store/database.ts';

export const CHAIN_ID = 0x535441434b43544cn;
export const SEQUENCER = 0x5e9n;
export const START = 1_700_000_000;

export const genesisFile: GenesisFile = parseGenesis(
  {
    runId: 'test',
    chainId: `0x${CHAIN_ID.toString(16)}`,
    timestamp: START,
    seed: 7,
    accounts: 3,
    initialBalance: '1000000000000000000000',
    blockTimeMs: 1000,
    validators: [
      { name: 'sequencer-0', publicKey: 'a'.repeat(64), power: 1, address: '0x5e9' },
      { name: 'sequencer-1', publicKey: 'b'.repeat(64), power: 1, address: '0x5ea' },
    ],
    l1: { chainId: 31337 },
  },
  'genesis.json',
);
export const accounts: readonly GenesisAccount[] = genesisOf(genesisFile).accounts;

/** A store in memory; `writes` counts the batches. */
export function memoryDatabase(): Database & { writes: number } {
  const entries = new Map<string, Uint8Array>();
  return {
    writes: 0,
    get: (key) => entries.get(key),
    async write(puts) {
      this.writes++;
      for (const [key, value] of puts) {
        if (value === undefined) entries.delete(key);
        else entries.set(key, value);
      }
    },
    keys: async (from, to, limit) =>
      [...entries.keys()]
        .filter((key) => key >= from && key <= to)
        .sort()
        .slice(0, limit),
    close: async () => {},
  };
}

export interface TestChain {
  readonly database: ReturnType<typeof memoryDatabase>;
  readonly ledger: Ledger;
  readonly registry: ClassRegistry;
  readonly state: StateDb;
}

/** A chain at genesis, as one node has it. */
export async function createChain(
  database = memoryDatabase(),
  { devnet = false, historyBlocks = 0 } = {},
): Promise<TestChain> {
  const state = new StateDb(database, { historyBlocks });
  await initialize({ file: genesisFile, database, state, path: 'memory' });
  const classes = createClassStore(database);
  const registry = new ClassRegistry(classes);
  const ledger = createLedger({
    chainId: CHAIN_ID,
    sequencers: new Set(genesisFile.validators.map((validator) => validator.address)),
    database,
    blocks: createBlockStore(database, 'memory'),
    classes,
    registry,
    state,
    devnet,
  });
  return { database, ledger, registry, state };
}

const bounds = (maxAmount: bigint) => ({ maxAmount, maxPricePerUnit: 2n * 10n ** 9n });

/** A signed transfer of STRK from an account of the genesis. */
export function transfer(
  from: number,
  nonce: Felt,
  change: Partial<InvokeTransaction> & { readonly amount?: bigint } = {},
): InvokeTransaction {
  const { amount = 1n, ...fields } = change;
  const account = accounts[from] as GenesisAccount;
  const unsigned: InvokeTransaction = {
    type: 'INVOKE',
    version: 3n,
    senderAddress: account.address,
    // One call: address, selector, arguments.
    calldata: [1n, WELL_KNOWN.strk, selector('transfer'), 3n, 0x123n, amount, 0n],
    signature: [],
    nonce,
    resourceBounds: { l1Gas: bounds(0n), l2Gas: bounds(100_000_000n), l1DataGas: bounds(10_000n) },
    tip: 0n,
    paymasterData: [],
    accountDeploymentData: [],
    nonceDataAvailabilityMode: 'L1',
    feeDataAvailabilityMode: 'L1',
    ...fields,
  };
  const { r, s } = sign(account.privateKey, hashTransaction(unsigned, CHAIN_ID));
  return { ...unsigned, signature: fields.signature ?? [r, s] };
}

export function hashed(transaction: InvokeTransaction) {
  return { hash: hashTransaction(transaction, CHAIN_ID), transaction };
}
