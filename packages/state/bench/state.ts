// Time of one block's state update: node packages/state/bench/state.ts
// Blocks of token transfers between many accounts: two balances, one nonce and the fee each.
import { pedersen } from '@stackctl/crypto';
import type { Felt, StateDiff } from '@stackctl/types';
import { MemoryStore, StateDb } from '../src/index.ts';

const ACCOUNTS = 1000;
const TRANSFERS = 300;
const BLOCKS = 10;
const TOKEN = 0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938dn;

const accounts = Array.from({ length: ACCOUNTS }, (_, i) => pedersen(BigInt(i), 1n) >> 1n);
const balanceKeys = accounts.map((account) => pedersen(account, 7n) >> 1n);

function diffOf(block: number): StateDiff {
  const balances = new Map<Felt, Felt>();
  const nonces = new Map<Felt, Felt>();
  for (let i = 0; i < TRANSFERS; i++) {
    const from = (block * 7919 + i * 31) % ACCOUNTS;
    const to = (block * 104729 + i * 17) % ACCOUNTS;
    for (const account of [from, to]) {
      balances.set(balanceKeys[account] as Felt, BigInt(1_000_000 + block * TRANSFERS + i));
    }
    nonces.set(accounts[from] as Felt, BigInt(block + 1));
  }
  return {
    storage: [{ address: TOKEN, entries: [...balances].map(([key, value]) => ({ key, value })) }],
    nonces: [...nonces].map(([address, nonce]) => ({ address, nonce })),
    deployedContracts: [],
    replacedClasses: [],
    declaredClasses: [],
  };
}

const store = new MemoryStore();
const db = new StateDb(store);
const genesis: StateDiff = {
  storage: [{ address: TOKEN, entries: balanceKeys.map((key) => ({ key, value: 1n })) }],
  nonces: [],
  deployedContracts: accounts.map((address) => ({ address, classHash: 5n })),
  replacedClasses: [],
  declaredClasses: [],
};
let start = performance.now();
store.write(db.apply(genesis, 0).puts);
console.log(`genesis of ${ACCOUNTS} accounts: ${(performance.now() - start).toFixed(0)} ms`);
for (let block = 1; block <= BLOCKS; block++) {
  const diff = diffOf(block);
  start = performance.now();
  const { puts } = db.apply(diff, block);
  const ms = performance.now() - start;
  store.write(puts);
  const bytes = puts.reduce((sum, [key, value]) => sum + key.length + (value?.length ?? 0), 0);
  console.log(
    `block of ${TRANSFERS} transfers: ${ms.toFixed(0)} ms, ${(ms / TRANSFERS).toFixed(3)} ms each, ` +
      `${puts.length} puts, ${(bytes / 1024).toFixed(0)} KiB`,
  );
}
