/**
 * Cost of one block of transfers on one core, by stage: `node services/sequencer/bench/block.ts [N]`.
 * Ratios between the stages are what matters; absolute times depend on the machine.
 */
import { encode } from '../src/codec/binary.ts';
import { receipt, trace } from '../src/codec/records.ts';
import { blockPuts } from '../src/store/block-store.ts';
import { createChain, hashed, SEQUENCER, START, transfer } from '../test/chain-kit.ts';

const ACCOUNTS = 3;
/** Rounded up, so that every account sends as many. */
const count = Math.ceil(Number(process.argv[2] ?? 200) / ACCOUNTS) * ACCOUNTS;
const ROUNDS = 5;
const chain = await createChain();
const times = new Map<string, number[]>();

function timed<T>(stage: string, run: () => T): T {
  const begun = performance.now();
  const result = run();
  times.set(stage, [...(times.get(stage) ?? []), performance.now() - begun]);
  return result;
}

for (let round = 0; round < ROUNDS; round++) {
  const number = chain.ledger.head().number + 1;
  const base = BigInt((round * count) / ACCOUNTS);
  const transactions = Array.from({ length: count }, (_, i) =>
    transfer(i % ACCOUNTS, base + BigInt(Math.floor(i / ACCOUNTS))),
  );
  const list = timed('hash', () => transactions.map(hashed));
  const start = { number, timestamp: START + number, sequencerAddress: SEQUENCER };
  const builder = chain.ledger.startBlock(start);
  timed('execute', () => {
    for (const each of list) {
      const added = builder.add(each);
      if (added.status !== 'added') throw new Error(JSON.stringify(added));
    }
  });
  const block = timed('seal (state root, commitments)', () => builder.seal());
  const { header, body, value } = block;
  const decided = { value, certificate: new Uint8Array(300) };
  const transactionHashes = list.map((each) => each.hash);
  timed('encode for the store', () => blockPuts({ header, transactionHashes, ...body, decided }));
  timed('  of it receipts', () => body.receipts.map((each) => encode(receipt, each)));
  timed('  of it traces', () => body.traces.map((each) => encode(trace, each)));
  await chain.ledger.commit(block, decided);
}

console.log(`${count} transfers a block, microseconds a transaction (best of ${ROUNDS}):`);
for (const [stage, all] of times)
  console.log(`${((Math.min(...all) * 1000) / count).toFixed(0).padStart(6)}  ${stage}`);
