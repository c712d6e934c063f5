/**
 * Signed ERC-20 transfers a second on one core: validate, execute and fee transfer, without hashing
 * the transaction and without the state root. Usage: node packages/execution/bench/transfer.ts [count]
 */
import { createBlockExecutor } from '../src/index.ts';
import {
  blockContext,
  genesis,
  genesisState,
  invoke,
  registry,
  transfer,
} from '../test/helpers/chain.ts';

const COUNT = Number(process.argv[2] ?? 300);
const accounts = genesis.accounts;

const transactions = Array.from({ length: COUNT }, (_, index) => {
  const sender = accounts[index % accounts.length];
  const receiver = accounts[(index + 1) % accounts.length];
  if (sender === undefined || receiver === undefined) throw new RangeError('no accounts');
  const nonce = BigInt(Math.floor(index / accounts.length));
  return invoke(sender, nonce, [transfer(receiver.address, BigInt(index + 1))]);
});

for (let round = 0; round < 4; round++) {
  const executor = createBlockExecutor({
    context: blockContext(),
    state: genesisState(),
    classes: registry,
    blockHash: () => undefined,
  });
  const start = performance.now();
  for (const transaction of transactions) {
    const outcome = executor.execute(transaction);
    if ('rejected' in outcome) throw new Error(outcome.rejected.message);
  }
  const seconds = (performance.now() - start) / 1_000;
  const { steps } = executor.used;
  console.log(
    `${(COUNT / seconds).toFixed(0)} transfers/s (${(steps / COUNT).toFixed(0)} steps each, ` +
      `${(steps / seconds / 1e6).toFixed(2)} M steps/s)`,
  );
}
