import { createHash } from 'node:crypto';
import { RpcError } from '@stackctl/rpc';
import { silentLogger } from '@stackctl/runtime';
import type { AccountTransaction } from '@stackctl/types';
import { beforeEach, describe, expect, it } from 'vitest';
import { createClassCache } from '../src/classes/class-cache.ts';
import { checkClass, packClass } from '../src/classes/packed-class.ts';
import { pendingClassOf } from '../src/classes/pending-classes.ts';
import { encode } from '../src/codec/binary.ts';
import { gossipedTransaction } from '../src/codec/gossip.ts';
import { transaction as codec } from '../src/codec/records.ts';
import { createApplication } from '../src/execution/application.ts';
import { blockContext } from '../src/execution/block-context.ts';
import { createSimulator } from '../src/execution/simulator.ts';
import { createIntake, TOPIC } from '../src/mempool/intake.ts';
import { createPool, DEFAULT_POOL_LIMITS } from '../src/mempool/pool.ts';
import { CHAIN_ID, createChain, hashed, SEQUENCER, START, transfer } from './chain-kit.ts';
import { bookshop, variantOf } from './classes/bookshop.ts';
import { checked, declare } from './classes/declares.ts';

/** One node without consensus and network: what it sends is kept, time stands still until moved. */
async function createNode() {
  const { ledger, registry } = await createChain();
  const pool = createPool();
  const sent: Uint8Array[] = [];
  let deliver: (payload: Uint8Array, from: string) => void = () => {};
  const clock = {
    time: START * 1000 + 2000,
    now: () => clock.time,
    monotonic: () => clock.time,
    sleep: async () => {},
  };
  const simulator = createSimulator({ chainId: CHAIN_ID, classes: registry });
  const application = createApplication({
    ledger,
    pool,
    clock,
    log: silentLogger,
    address: SEQUENCER,
  });
  let woken = 0;
  application.onWork(() => woken++);
  const block = blockContext({
    chainId: CHAIN_ID,
    number: 1,
    timestamp: START + 2,
    sequencerAddress: SEQUENCER,
  });
  const intake = createIntake({
    chainId: CHAIN_ID,
    ledger,
    pool,
    clock,
    log: silentLogger,
    classCache: createClassCache(),
    gossip: {
      broadcast: (_topic, payload) => sent.push(payload),
      on: (topic, handler) => {
        expect(topic).toBe(TOPIC);
        deliver = handler;
      },
    },
    validate: (tx, deploying, declared) => {
      const pending = pendingClassOf(tx.transaction, declared);
      simulator.validate(tx, { block, state: ledger.latest() }, deploying, pending);
    },
    onAdded: () => application.wake(),
  });
  const commit = async (value: Uint8Array, height: number) => {
    const valueId = createHash('sha256').update(value).digest('hex');
    await application.commit({ height, round: 0, value, valueId, certificate: Uint8Array.of(1) });
  };
  return {
    ledger,
    pool,
    sent,
    clock,
    application,
    intake,
    commit,
    woken: () => woken,
    deliver: (payload: Uint8Array) => deliver(payload, 'peer'),
  };
}

function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RpcError) return error.error;
    throw error;
  }
  return 'accepted';
}

let node: Awaited<ReturnType<typeof createNode>>;
beforeEach(async () => {
  node = await createNode();
});

describe('intake', () => {
  it('admits a good transaction, spreads it and wakes consensus', () => {
    const tx = transfer(0, 0n);
    expect(node.application.pendingWork()).toBe(false);
    expect(node.intake.submit(tx)).toBe(hashed(tx).hash);
    expect(node.application.pendingWork()).toBe(true);
    expect(node.woken()).toBe(1);
    expect(node.sent).toEqual([encode(codec, tx)]);
  });

  it.each<[string, AccountTransaction, string]>([
    ['signature', transfer(0, 0n, { signature: [1n, 2n] }), 'VALIDATION_FAILURE'],
    ['nonce far ahead', transfer(0, 5000n), 'INVALID_TRANSACTION_NONCE'],
    ['version', transfer(0, 0n, { version: 2n ** 128n + 3n }), 'UNSUPPORTED_TX_VERSION'],
    ['sender that does not exist', transfer(0, 0n, { senderAddress: 0x99n }), 'NON_ACCOUNT'],
    ['paymaster data', transfer(0, 0n, { paymasterData: [1n] }), 'UNEXPECTED_ERROR'],
    [
      'data availability mode',
      transfer(0, 0n, { feeDataAvailabilityMode: 'L2' }),
      'UNEXPECTED_ERROR',
    ],
    [
      'length',
      transfer(0, 0n, { calldata: Array.from({ length: 5001 }, () => 0n) }),
      'UNEXPECTED_ERROR',
    ],
  ])('refuses a transaction with a wrong %s, and spreads nothing', (_what, tx, expected) => {
    expect(errorOf(() => node.intake.submit(tx))).toBe(expected);
    expect(node.sent).toEqual([]);
    expect(node.pool.size()).toBe(0);
  });

  it('refuses the same transaction twice, and a replacement that pays no more', () => {
    node.intake.submit(transfer(0, 0n));
    expect(errorOf(() => node.intake.submit(transfer(0, 0n)))).toBe('DUPLICATE_TX');
    expect(errorOf(() => node.intake.submit(transfer(0, 0n, { amount: 2n })))).toBe(
      'REPLACEMENT_TRANSACTION_UNDERPRICED',
    );
  });

  it('takes what peers send, but neither garbage nor what is known', () => {
    const tx = transfer(1, 0n);
    node.deliver(Uint8Array.of(1, 2, 3));
    expect(node.pool.size()).toBe(0);
    node.deliver(encode(codec, tx));
    node.deliver(encode(codec, tx));
    expect(node.pool.size()).toBe(1);
    expect(errorOf(() => node.intake.submit(tx))).toBe('DUPLICATE_TX');
    expect(node.sent).toEqual([]);
  });

  it('sends again ever more seldom', () => {
    node.intake.submit(transfer(0, 0n));
    for (let second = 0; second < 30; second++) {
      node.clock.time += 1000;
      node.intake.resend();
    }
    // At once, then after 3, 6, 12 and 24 seconds.
    expect(node.sent.length).toBe(5);
  });

  it('sends again what still waits, its own only', () => {
    node.intake.submit(transfer(0, 0n));
    node.deliver(encode(codec, transfer(1, 0n)));
    node.intake.resend();
    expect(node.sent).toHaveLength(1);
    node.clock.time += 5000;
    node.intake.resend();
    expect(node.sent).toHaveLength(2);
  });
});

describe('declares', () => {
  it('travel with their class, which peers check for themselves', async () => {
    const packed = { ...checked, packed: await packClass(checked) };
    const { transaction } = declare(0);
    node.intake.submit(transaction, packed);
    const [payload] = node.sent as [Uint8Array];
    const other = await createNode();
    const { hints } = checked.casm;
    const wrongs = [
      await packClass(checkClass(variantOf(bookshop.sierra, 'x'), checked.casm)),
      await packClass(
        checkClass(bookshop.sierra, {
          ...checked.casm,
          bytecode: ['0x1'],
          hints: [],
          bytecode_segment_lengths: 1,
          entry_points_by_type: { EXTERNAL: [], L1_HANDLER: [], CONSTRUCTOR: [] },
        }),
      ),
      Uint8Array.of(1, 2, 3),
      new Uint8Array(0),
    ];
    for (const packedClass of wrongs)
      other.deliver(encode(gossipedTransaction, { transaction, packedClass }));
    expect(other.pool.size()).toBe(0);
    other.deliver(payload);
    expect(other.pool.size()).toBe(1);
    // Another body for the same transaction changes nothing any more.
    const fewer = await packClass(
      checkClass(bookshop.sierra, { ...checked.casm, hints: hints.slice(1) }),
    );
    other.deliver(encode(gossipedTransaction, { transaction, packedClass: fewer }));
    const value = await other.application.build({ height: 1, round: 0 });
    expect(await node.application.validate(value, 1)).toBe(true);
    await node.commit(value, 1);
    expect(node.ledger.classes.casm(checked.classHash)?.hints).toHaveLength(hints.length);
    expect(errorOf(() => node.intake.submit(declare(1).transaction, packed))).toBe(
      'CLASS_ALREADY_DECLARED',
    );
  });

  it('wait for a bounded number of bytes', async () => {
    const packed = await packClass(checked);
    const pool = createPool({ ...DEFAULT_POOL_LIMITS, maxClassBytes: packed.length * 2 - 1 });
    const entry = (nonce: bigint) => ({
      hashed: { hash: nonce + 1n, transaction: declare(0, { nonce }).transaction },
      account: 1n,
      nonce,
      tip: 0n,
      maxL2GasPrice: 1n,
      addedAt: 0,
      local: true,
      packedClass: packed,
    });
    expect(pool.add(entry(0n), 0n)).toBeUndefined();
    expect(pool.add(entry(1n), 0n)).toBe('FULL');
    pool.remove(1n);
    expect(pool.add(entry(1n), 0n)).toBeUndefined();
  });
});

describe('application', () => {
  it('builds from the pool what every other node accepts, and forgets what was included', async () => {
    const other = await createNode();
    for (const nonce of [1n, 0n]) node.intake.submit(transfer(0, nonce));
    node.intake.submit(transfer(1, 0n));
    for (const payload of node.sent) other.deliver(payload);
    const value = await node.application.build({ height: 1, round: 0 });
    expect(await node.application.validate(value, 1)).toBe(true);
    expect(await other.application.validate(value, 1)).toBe(true);
    await node.commit(value, 1);
    await other.commit(value, 1);
    expect(other.ledger.head()).toEqual(node.ledger.head());
    expect(node.ledger.head().transactionCount).toBe(3);
    expect([node.pool.size(), other.pool.size()]).toEqual([0, 0]);
    expect(await other.application.decidedAt(1)).toMatchObject({ value });
    expect(errorOf(() => node.intake.submit(transfer(0, 0n)))).toBe('INVALID_TRANSACTION_NONCE');
  });

  it('drops from the pool what has become invalid, and builds on', async () => {
    const bad = transfer(0, 0n, { signature: [1n, 2n] });
    // A peer that does not validate: the pool takes it, execution does not.
    node.deliver(encode(codec, bad));
    node.intake.submit(transfer(1, 0n));
    const value = await node.application.build({ height: 1, round: 0 });
    await node.commit(value, 1);
    expect(node.ledger.head().transactionCount).toBe(1);
    expect(node.pool.size()).toBe(0);
  });

  it('refuses a bad value without harm, and never commits what it did not execute', async () => {
    expect(await node.application.validate(Uint8Array.of(7), 1)).toBe(false);
    await expect(node.commit(Uint8Array.of(7), 1)).rejects.toThrow(/never executed/);
    expect(node.application.height()).toBe(0);
  });

  it('after a lost round proposes what it has executed already, in the round after that anew', async () => {
    const [node, other] = [await createNode(), await createNode()];
    node.intake.submit(transfer(0, 0n));
    other.intake.submit(transfer(1, 0n));
    const first = await node.application.build({ height: 1, round: 0 });
    expect(await other.application.validate(first, 1)).toBe(true);
    expect(await other.application.build({ height: 1, round: 1 })).toEqual(first);
    const fresh = await other.application.build({ height: 1, round: 2 });
    expect(fresh).not.toEqual(first);
    await other.commit(first, 1);
    // Nothing of the height before is left to propose.
    expect(await other.application.build({ height: 2, round: 1 })).not.toEqual(first);
    expect(other.ledger.head().transactionCount).toBe(1);
  });

  it('makes empty blocks when nothing waits', async () => {
    for (let height = 1; height <= 12; height++) {
      node.clock.time += 1000;
      await node.commit(await node.application.build({ height, round: 0 }), height);
    }
    expect(node.application.height()).toBe(12);
    // Block 10 on writes the hash of the block ten before it: the state root moves.
    const roots = new Set([0, 9, 10, 11].map((n) => node.ledger.blocks.header(n)?.stateRoot));
    expect(roots.size).toBe(3);
    expect(node.ledger.latest().storageAt(1n, 2n)).toBe(node.ledger.blocks.header(2)?.hash);
  });
});
