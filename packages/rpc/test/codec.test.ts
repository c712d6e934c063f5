import { type HashedTransaction, PRIME, type Receipt, type StateDiff } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockId,
  blockWithReceipts,
  blockWithTransactions,
  broadcasted,
  ethAddress,
  feeEstimate,
  felt,
  hashedTransaction,
  Malformed,
  METHODS,
  receipt,
  sierraClass,
  stateDiff,
  storageKey,
  transactionTrace,
  u64,
  uint,
} from '../src/index.ts';
import { header, invoke, receiptOf, traceOf } from './samples.ts';

function sentence(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Malformed) return error.sentence();
    throw error;
  }
  return 'accepted';
}

describe('scalars', () => {
  it('writes felts canonically and reads what it wrote', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: PRIME - 1n }), (value) => {
        const text = felt.encode(value) as string;
        expect(text).toMatch(/^0x(0|[a-f1-9][a-f0-9]{0,62})$/);
        expect(felt.decode(text)).toBe(value);
      }),
    );
  });

  it('reads leading zeros and upper-case digits', () => {
    expect(felt.decode(`0x${'0'.repeat(63)}A`)).toBe(10n);
    expect(felt.decode('0x04718f5a')).toBe(0x4718f5an);
  });

  it.each([
    ['a number', 12],
    ['no prefix', '12'],
    ['no digits', '0x'],
    ['an upper-case prefix', '0X1'],
    ['a digit that is none', '0x1g'],
    ['a sign', '-0x1'],
    ['a blank', ' 0x1'],
    ['65 digits', `0x${'0'.repeat(65)}`],
    ['the prime', `0x${PRIME.toString(16)}`],
    ['null', null],
    ['nothing', undefined],
    ['a list', ['0x1']],
    ['an object', {}],
  ])('refuses %s as a felt', (_what, value) => {
    expect(sentence(() => felt.decode(value))).toMatch(/^expected a felt/);
  });

  it('knows the bounds of each kind of number', () => {
    expect(storageKey.decode(`0x${((1n << 251n) - 1n).toString(16)}`)).toBe((1n << 251n) - 1n);
    expect(sentence(() => storageKey.decode(`0x${(1n << 251n).toString(16)}`))).not.toBe(
      'accepted',
    );
    expect(u64.decode('0xffffffffffffffff')).toBe((1n << 64n) - 1n);
    expect(sentence(() => u64.decode('0x10000000000000000'))).not.toBe('accepted');
    expect(ethAddress.encode(1n)).toBe(`0x${'0'.repeat(39)}1`);
    for (const wrong of [-1, 1.5, 2 ** 53, '1', Number.NaN])
      expect(sentence(() => uint.decode(wrong))).not.toBe('accepted');
  });
});

describe('block ids', () => {
  it.each([
    [{ block_number: 7 }, { number: 7 }],
    [{ block_hash: '0x7' }, { hash: 7n }],
    ['latest', 'latest'],
    ['pre_confirmed', 'pre_confirmed'],
    ['l1_accepted', 'l1_accepted'],
  ])('reads and writes %j', (wire, record) => {
    expect(blockId.decode(wire)).toEqual(record);
    expect(blockId.encode(record as never)).toEqual(wire);
  });

  it.each([
    ['pending'],
    ['toString'],
    [7],
    [{}],
    [null],
    [{ block_number: 1, block_hash: '0x1' }],
    [[]],
  ])('refuses %j', (wire) =>
    expect(sentence(() => blockId.decode(wire))).toMatch(/expected a block id/),
  );

  it('says which part of an id is wrong', () => {
    expect(sentence(() => blockId.decode({ block_number: -1 }))).toBe(
      'block_number: expected a non-negative integer, got -1',
    );
  });
});

describe('records', () => {
  const hashed: HashedTransaction = { hash: 5n, transaction: invoke };
  const trip = (
    codec: { encode(v: never): unknown; decode(v: unknown): unknown },
    value: unknown,
  ) => codec.decode(JSON.parse(JSON.stringify(codec.encode(value as never))));

  it('transactions survive the wire', () => {
    expect(trip(hashedTransaction, hashed)).toEqual(hashed);
    const handler: HashedTransaction = {
      hash: 6n,
      transaction: {
        type: 'L1_HANDLER',
        version: 0n,
        nonce: 1n,
        contractAddress: 2n,
        entryPointSelector: 3n,
        calldata: [4n],
      },
    };
    expect(trip(hashedTransaction, handler)).toEqual(handler);
  });

  it('receipts survive the wire, without the steps that it has no place for', () => {
    for (const status of ['SUCCEEDED', 'REVERTED'] as const) {
      const { steps: _none, ...rest }: Receipt = receiptOf(status);
      const record = { ...rest, type: 'INVOKE' as const, finality: 'ACCEPTED_ON_L2' as const };
      expect(trip(receipt, record)).toEqual(record);
    }
  });

  it('traces survive the wire, a reverted one as its reason', () => {
    const trace = traceOf();
    expect(trip(transactionTrace, trace)).toEqual(trace);
    const { execute: _dropped, ...rest } = trace;
    const reverted = { ...rest, revertReason: 'out of gas' };
    expect(trip(transactionTrace, { ...trace, revertReason: 'out of gas' })).toEqual(reverted);
  });

  it('blocks survive the wire, final and pre-confirmed', () => {
    const view = { status: 'ACCEPTED_ON_L2' as const, header, transactions: [hashed] };
    expect(trip(blockWithTransactions, view)).toEqual(view);
    const { number, timestamp, sequencerAddress, gasPrices, starknetVersion } = header;
    const young = {
      status: 'PRE_CONFIRMED' as const,
      header: { number, timestamp, sequencerAddress, gasPrices, starknetVersion },
      transactions: [],
    };
    expect(trip(blockWithReceipts, young)).toEqual(young);
  });

  it('state diffs and fee estimates survive the wire', () => {
    const diff: StateDiff = {
      storage: [{ address: 1n, entries: [{ key: 2n, value: 3n }] }],
      nonces: [{ address: 1n, nonce: 4n }],
      deployedContracts: [{ address: 5n, classHash: 6n }],
      replacedClasses: [{ address: 7n, classHash: 8n }],
      declaredClasses: [{ classHash: 9n, compiledClassHash: 10n }],
    };
    expect(trip(stateDiff, diff)).toEqual(diff);
    const estimate = {
      gas: { l1Gas: 0n, l1DataGas: 128n, l2Gas: 1_000_000n },
      prices: { l1Gas: 1n, l1DataGas: 2n, l2Gas: 3n },
      overallFee: 3_000_256n,
      unit: 'FRI',
    };
    expect(trip(feeEstimate, estimate)).toEqual(estimate);
  });

  it('names the place of a mistake inside a transaction', () => {
    const wire = METHODS.starknet_addInvokeTransaction.params.invoke_transaction.codec;
    const good = broadcasted.encode(invoke) as Record<string, unknown>;
    expect(sentence(() => wire.decode({ ...good, calldata: ['0x1', '0xzz'] }))).toMatch(
      /^calldata\[1\]: expected a felt .*, got "0xzz"$/,
    );
    expect(sentence(() => wire.decode({ ...good, version: '0x1' }))).toMatch(/^version: expected/);
    expect(sentence(() => broadcasted.decode({ ...good, type: 'DEPLOY' }))).toMatch(
      /^type: expected "INVOKE" or "DECLARE" or "DEPLOY_ACCOUNT", got "DEPLOY"$/,
    );
    const { tip: _gone, ...untipped } = good;
    expect(sentence(() => wire.decode(untipped))).toMatch(/^tip: expected .*, got nothing$/);
  });

  it('hands a class on as it came, its ABI as text', () => {
    const wire = {
      sierra_program: ['0x1', '0x2'],
      contract_class_version: '0.1.0',
      entry_points_by_type: { CONSTRUCTOR: [], EXTERNAL: [], L1_HANDLER: [] },
      abi: '[{"a": 1}]',
    };
    expect(sierraClass.decode(wire)).toBe(wire);
    expect(sierraClass.encode(sierraClass.decode(wire))).toEqual(wire);
    expect(sentence(() => sierraClass.decode({ ...wire, abi: [] }))).toBe(
      'abi: expected a string, got a list of 0',
    );
  });
});
