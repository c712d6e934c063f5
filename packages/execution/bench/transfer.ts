/**
 * Account-signed ERC-20 transfers on one core, a block at a time: hash, validate, execute, fee transfer,
 * then state root, commitments and block hash. Usage: node packages/execution/bench/transfer.ts [count]
 *
 * Lesson of its profiles: half of the time is elliptic curve (three ec_op and two square roots a
 * signature), a fifth is Poseidon (some 30 permutations a transaction for its hash and its leaves in the
 * commitments), and a sixth is the loop of the machine.
 */
import { MemoryStore, StateDb, sealHeader } from '@stackctl/state';
import { createBlockExecutor, hashTransaction } from '../src/index.ts';
import {
  blockContext,
  CHAIN_ID,
  genesis,
  invoke,
  registry,
  transfer,
} from '../test/helpers/chain.ts';

const COUNT = Number(process.argv[2] ?? 300);
const ROUNDS = 6;
const { accounts } = genesis;

function transactionsOf(block: number) {
  return Array.from({ length: COUNT }, (_, index) => {
    const sender = accounts[index % accounts.length];
    const receiver = accounts[(index + 1) % accounts.length];
    if (sender === undefined || receiver === undefined) throw new RangeError('no accounts');
    const before = block * Math.ceil((COUNT - (index % accounts.length)) / accounts.length);
    const nonce = BigInt(before + Math.floor(index / accounts.length));
    return invoke(sender, nonce, [transfer(receiver.address, BigInt(index + 1))]).transaction;
  });
}

const store = new MemoryStore();
const db = new StateDb(store);
store.write(db.apply(genesis.stateDiff, 0).puts);

let best = 0;
let parent = 0n;
for (let round = 0; round < ROUNDS; round++) {
  const transactions = transactionsOf(round);
  const context = blockContext({ number: round + 1 });
  const begun = process.cpuUsage();
  const start = performance.now();
  const executor = createBlockExecutor({
    context,
    state: db.reader('latest'),
    classes: registry,
    blockHash: () => undefined,
  });
  for (const transaction of transactions) {
    const hash = hashTransaction(transaction, CHAIN_ID);
    const outcome = executor.execute({ hash, transaction });
    if ('rejected' in outcome) throw new Error(outcome.rejected.message);
  }
  const executed = performance.now();
  const { steps } = executor.used;
  const body = executor.finish();
  const { stateRoot, puts } = db.apply(body.stateDiff, context.number);
  parent = sealHeader(context, parent, stateRoot, body).hash;
  const ended = performance.now();
  const { user, system } = process.cpuUsage(begun);
  store.write(puts);

  const rate = COUNT / ((ended - start) / 1_000);
  best = Math.max(best, rate);
  const each = (ms: number): string => ((ms * 1_000) / COUNT).toFixed(0);
  console.log(
    `${rate.toFixed(0).padStart(5)} transfers/s: ${each(executed - start)} us execution ` +
      `(${(steps / COUNT).toFixed(0)} steps), ${each(ended - executed)} us root and commitments, ` +
      `${((user + system) / COUNT).toFixed(0)} us processor time`,
  );
}
console.log(`best: ${best.toFixed(0)} transfers/s on one core (wanted: 300)`);
