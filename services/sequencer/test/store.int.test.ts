import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BlockHeader, isStackError, type Receipt } from '@stackctl/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeProposal } from '../src/codec/proposal.ts';
import { blockPuts, createBlockStore } from '../src/store/block-store.ts';
import { classPuts, createClassStore } from '../src/store/class-store.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { KEYS } from '../src/store/keys.ts';

let path = '';
let database: Database;

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'stackctl-store-'));
  database = await openDatabase(path);
});
afterEach(async () => {
  await database.close();
  rmSync(path, { recursive: true, force: true });
});

const one = { wei: 1n, fri: 2n };

function blockOf(number: number, transactionHash: bigint, emitter?: bigint) {
  const header: BlockHeader = {
    hash: 0x1000n + BigInt(number),
    parentHash: 0xfffn + BigInt(number),
    number,
    timestamp: 1000 + number,
    sequencerAddress: 1n,
    stateRoot: 2n,
    transactionCommitment: 3n,
    eventCommitment: 4n,
    receiptCommitment: 5n,
    stateDiffCommitment: 6n,
    transactionCount: 1,
    eventCount: emitter === undefined ? 0 : 1,
    stateDiffLength: 0,
    gasPrices: { l1Gas: one, l1DataGas: one, l2Gas: one },
    starknetVersion: '0.14.1',
  };
  const receipt: Receipt = {
    transactionHash,
    actualFee: 7n,
    status: 'REVERTED',
    revertReason: 'no',
    events: emitter === undefined ? [] : [{ fromAddress: emitter, keys: [1n], data: [] }],
    messages: [],
    gas: { l1Gas: 0n, l1DataGas: 1n, l2Gas: 2n },
    steps: 3,
  };
  const stateDiff = {
    storage: [],
    nonces: [{ address: 1n, nonce: 2n }],
    deployedContracts: [],
    replacedClasses: [],
    declaredClasses: [],
  };
  const witness = { storage: [], nonces: [], classHashes: [], compiledClassHashes: [] };
  const value = encodeProposal({
    number,
    timestamp: header.timestamp,
    sequencerAddress: 1n,
    blockHash: header.hash,
    classes: [],
    transactions: [
      {
        type: 'L1_HANDLER',
        version: 0n,
        nonce: 0n,
        contractAddress: 1n,
        entryPointSelector: 2n,
        calldata: [3n],
      },
    ],
  });
  const decided = { value, certificate: Uint8Array.of(9) };
  const traces = [{ type: 'L1_HANDLER' as const, stateDiff }];
  const transactionHashes = [transactionHash];
  return { header, transactionHashes, receipts: [receipt], traces, stateDiff, witness, decided };
}

describe('store', () => {
  it('gives back every part of a block, after a restart too', async () => {
    const block = blockOf(7, 0xaan, 5n);
    await database.write(blockPuts(block));
    await database.close();
    database = await openDatabase(path);
    const store = createBlockStore(database, path);
    expect(store.head()).toBe(7);
    expect(store.header(7)).toEqual(block.header);
    expect(store.header(8)).toBeUndefined();
    expect(store.numberOf(block.header.hash)).toBe(7);
    expect(store.numberOf(1n)).toBeUndefined();
    expect(store.placeOf(0xaan)).toEqual({ block: 7, index: 0 });
    expect(store.transactions(7)[0]).toMatchObject({
      hash: 0xaan,
      transaction: { calldata: [3n] },
    });
    expect(store.receipts(7)).toEqual(block.receipts);
    expect(store.traces(7)).toEqual(block.traces);
    expect(store.stateDiff(7)).toEqual(block.stateDiff);
    expect(store.witness(7)).toEqual(block.witness);
    expect(store.decided(7)).toEqual(block.decided);
  });

  it('finds the blocks that have events, in order', async () => {
    for (const [number, emitter] of [
      [8, 5n],
      [9, undefined],
      [10, 6n],
      [100, 5n],
    ] as const)
      await database.write(blockPuts(blockOf(number, BigInt(number), emitter)));
    const store = createBlockStore(database, path);
    expect(await store.blocksWithEvents(0, 1000, 10)).toEqual([8, 10, 100]);
    expect(await store.blocksWithEvents(9, 99, 10)).toEqual([10]);
    expect(await store.blocksWithEvents(0, 1000, 2)).toEqual([8, 10]);
    expect(store.emitters(10)).toEqual(new Set([6n]));
    expect(store.emitters(9)).toEqual(new Set());
  });

  it('keeps classes as the JSON that they are', async () => {
    const declared = {
      classHash: 1n,
      compiledClassHash: 2n,
      sierra: { sierra_program: ['0x1', '0x7', '0x0'], abi: '[]' } as never,
      casm: { bytecode: ['0x2'] } as never,
    };
    await database.write(classPuts(declared));
    const classes = createClassStore(database);
    expect(classes.sierra(1n)).toEqual(declared.sierra);
    expect(classes.casm(1n)).toEqual(declared.casm);
    expect(classes.sierraVersion(1n)).toEqual([1, 7, 0]);
    expect(classes.sierraVersion(2n)).toBeUndefined();
    expect(classes.casm(2n)).toBeUndefined();
  });

  it('says so when its contents are damaged or it is in use', async () => {
    await database.write([[KEYS.header(1), Uint8Array.of(1, 2, 3)]]);
    expect(() => createBlockStore(database, path).header(1)).toThrow(/corrupt store: h\/0+1: /);
    const second: unknown = await openDatabase(path).catch((error: unknown) => error);
    expect(isStackError(second, 'DISK')).toBe(true);
  });
});

it('removes a key in the batch that writes others', async () => {
  await database.write([['a', Uint8Array.of(1)]]);
  await database.write([
    ['a', undefined],
    ['b', Uint8Array.of(2)],
  ]);
  expect([database.get('a'), database.get('b')]).toEqual([undefined, Uint8Array.of(2)]);
});
