/**
 * What followers cost one validator: `node services/sequencer/bench/subscriptions.ts [RATE] [SECONDS]`.
 * The same load of signed transfers twice: without anybody listening, and with 50 WebSocket clients
 * that follow transactions, receipts and events in every status, so that all of it is executed ahead.
 * The ratio of the two matters; absolute times depend on the machine.
 */
import { readFileSync } from 'node:fs';
import { WELL_KNOWN } from '@stackctl/contracts-l2';
import { selector, sign } from '@stackctl/crypto';
import { hashTransaction } from '@stackctl/execution';
import type { InvokeTransaction } from '@stackctl/types';
import { WebSocket } from 'ws';
import { createTestNet, type TestNode } from '../test/harness.ts';

const rate = Number(process.argv[2] ?? 100);
const seconds = Number(process.argv[3] ?? 10);
const CLIENTS = 50;
const CHAIN_ID = 0x535441434b43544cn;
const TICKS_A_SECOND = 100;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const bounds = (maxAmount: bigint) => ({ maxAmount, maxPricePerUnit: 2n * 10n ** 9n });

interface Run {
  readonly p50: number;
  readonly p95: number;
  /** Seconds of the node's processor. */
  readonly cpu: number;
  readonly notifications: number;
  readonly megabytes: number;
}

/** Processor seconds of a process so far (Linux). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

async function signedTransfers(node: TestNode, count: number): Promise<InvokeTransaction[]> {
  const accounts = await node.rpc.devnet_getPredeployedAccounts();
  return Array.from({ length: count }, (_, i) => {
    const { address, privateKey } = accounts[i % accounts.length] as (typeof accounts)[number];
    const unsigned: InvokeTransaction = {
      type: 'INVOKE',
      version: 3n,
      senderAddress: address,
      calldata: [1n, WELL_KNOWN.strk, selector('transfer'), 3n, 0x123n, 1n, 0n],
      signature: [],
      nonce: BigInt(Math.floor(i / accounts.length)),
      resourceBounds: {
        l1Gas: bounds(0n),
        l2Gas: bounds(100_000_000n),
        l1DataGas: bounds(10_000n),
      },
      tip: 0n,
      paymasterData: [],
      accountDeploymentData: [],
      nonceDataAvailabilityMode: 'L1',
      feeDataAvailabilityMode: 'L1',
    };
    const { r, s } = sign(privateKey, hashTransaction(unsigned, CHAIN_ID));
    return { ...unsigned, signature: [r, s] };
  });
}

/** Follows everything; counts what comes. */
async function follow(node: TestNode, told: { notifications: number; bytes: number }) {
  const socket = new WebSocket(`${node.url.replace('http', 'ws')}/ws`);
  await new Promise((resolve) => socket.once('open', resolve));
  const all = ['PRE_CONFIRMED', 'ACCEPTED_ON_L2'];
  const subscribe = (id: number, name: string, params: unknown) =>
    socket.send(
      JSON.stringify({ jsonrpc: '2.0', id, method: `starknet_subscribe${name}`, params }),
    );
  subscribe(1, 'NewTransactions', { finality_status: ['RECEIVED', 'CANDIDATE', ...all] });
  subscribe(2, 'NewTransactionReceipts', { finality_status: all });
  subscribe(3, 'Events', { finality_status: 'PRE_CONFIRMED' });
  socket.on('message', (data: Buffer) => {
    told.notifications++;
    told.bytes += data.length;
  });
  return socket;
}

async function run(clients: number): Promise<Run> {
  const net = await createTestNet({ validators: 1, blockTimeMs: 500, accounts: 20 });
  try {
    const node = await net.start(0);
    const transfers = await signedTransfers(node, rate * seconds);
    const told = { notifications: 0, bytes: 0 };
    await Promise.all(Array.from({ length: clients }, () => follow(node, told)));
    const sentAt = new Map<bigint, number>();
    const latencies: number[] = [];
    const before = cpuOf(node.pid);
    let next = 0;
    let seen = await node.rpc.starknet_blockNumber();
    const begun = performance.now();
    const failures: unknown[] = [];
    while (latencies.length + failures.length < transfers.length) {
      const due = Math.min(transfers.length, ((performance.now() - begun) / 1000) * rate);
      while (next < due) {
        const transfer = transfers[next++] as InvokeTransaction;
        const now = performance.now();
        node.rpc
          .starknet_addInvokeTransaction({ invoke_transaction: transfer })
          .then(({ transactionHash }) => sentAt.set(transactionHash, now))
          .catch((error: unknown) => failures.push(error));
      }
      for (const head = await node.rpc.starknet_blockNumber(); seen < head; ) {
        const block = await node.rpc.starknet_getBlockWithTxHashes({
          block_id: { number: ++seen },
        });
        for (const hash of block.transactions)
          latencies.push(performance.now() - (sentAt.get(hash) ?? performance.now()));
      }
      if (performance.now() - begun > (seconds + 30) * 1000) throw new Error('too slow');
      await sleep(10);
    }
    if (failures.length > 0) throw failures[0];
    latencies.sort((a, b) => a - b);
    const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? 0;
    const cpu = cpuOf(node.pid) - before;
    const megabytes = told.bytes / 2 ** 20;
    return { p50: at(0.5), p95: at(0.95), cpu, notifications: told.notifications, megabytes };
  } finally {
    await net.close();
  }
}

const alone = await run(0);
const followed = await run(CLIENTS);
const show = (name: string, { p50, p95, cpu, notifications, megabytes }: Run) =>
  console.log(
    `${name.padEnd(12)} p50 ${p50.toFixed(0)} ms  p95 ${p95.toFixed(0)} ms  cpu ${cpu.toFixed(1)} s` +
      `  ${notifications} notifications, ${megabytes.toFixed(0)} MB`,
  );
console.log(`${rate} transfers a second for ${seconds} s`);
show('alone', alone);
show(`${CLIENTS} followers`, followed);
console.log(
  `cpu x ${(followed.cpu / alone.cpu).toFixed(2)}, p95 x ${(followed.p95 / alone.p95).toFixed(2)}`,
);
process.exit(0);
