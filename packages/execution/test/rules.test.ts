import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InvokeTransaction, L1HandlerTransaction } from '@stackctl/types';
import { describe, expect, test } from 'vitest';
import {
  codeSize,
  l2GasPriceOf,
  messagesL1Gas,
  minimalGas,
  publishedFelts,
  SYSCALL_NAMES,
  syscallGas,
  syscallResources,
  type TransactionUse,
  transactionGas,
  V0_14_1,
  V0_14_2,
  versionedConstants,
  vmGas,
} from '../src/rules/index.ts';

const bound = { maxAmount: 0n, maxPricePerUnit: 0n };
const INVOKE: InvokeTransaction = {
  type: 'INVOKE',
  version: 3n,
  senderAddress: 1n,
  calldata: [],
  signature: [],
  nonce: 0n,
  resourceBounds: { l1Gas: bound, l2Gas: bound, l1DataGas: bound },
  tip: 0n,
  paymasterData: [],
  nonceDataAvailabilityMode: 'L1',
  feeDataAvailabilityMode: 'L1',
  accountDeploymentData: [],
};
const HANDLER: L1HandlerTransaction = {
  type: 'L1_HANDLER',
  version: 0n,
  nonce: 0n,
  contractAddress: 1n,
  entryPointSelector: 2n,
  calldata: [3n],
};
const USE: TransactionUse = {
  transaction: INVOKE,
  computation: { vm: { steps: 0, builtins: {} }, gas: 0n, revertedSteps: 0, revertedGas: 0n },
  changes: { contracts: 0, storage: 0, allocated: 0, classes: 0, declared: 0 },
  eventKeys: 0,
  eventData: 0,
  messages: [],
  codeBytes: 0,
};

describe('tables', () => {
  test('by the version in a header', () => {
    expect(versionedConstants('0.14.1')).toBe(V0_14_1);
    expect(versionedConstants('0.14.2')).toBe(V0_14_2);
    expect(versionedConstants('0.13.0')).toBeUndefined();
  });

  test('0.14.2 raised storage: its published gas of syscalls', () => {
    // Starknet documentation of 0.14.2's syscall costs, as listed for its SNIP-37-like repricing:
    // read 18,070, write 44,970; before them the base of 10,000 covered both.
    expect(syscallGas(V0_14_2, 'StorageRead')).toBe(18_070n);
    expect(syscallGas(V0_14_2, 'StorageWrite')).toBe(44_970n);
    expect(syscallGas(V0_14_1, 'StorageRead')).toBe(10_000n);
    expect(syscallGas(V0_14_1, 'StorageWrite')).toBe(10_000n);
  });
});

describe('syscalls', () => {
  // Starknet's published table of syscall costs (docs.starknet.io, "Fees": L2 gas of syscalls), which
  // says what each costs, not what it is made of.
  test.each([
    ['CallContract', 91_560n],
    ['Deploy', 147_120n],
    ['EmitEvent', 10_000n],
    ['GetBlockHash', 10_840n],
    ['GetClassHashAt', 10_000n],
    ['GetExecutionInfo', 12_640n],
    ['Keccak', 10_000n],
    ['LibraryCall', 89_160n],
    ['MetaTxV0', 167_950n],
    ['ReplaceClass', 10_670n],
    ['Secp256k1Add', 43_230n],
    ['Secp256k1GetPointFromX', 41_800n],
    ['Secp256k1GetXy', 21_670n],
    ['Secp256k1Mul', 8_143_850n],
    ['Secp256k1New', 48_750n],
    ['Secp256r1Add', 63_490n],
    ['Secp256r1GetPointFromX', 54_680n],
    ['Secp256r1GetXy', 21_870n],
    ['Secp256r1Mul', 13_511_870n],
    ['Secp256r1New', 61_630n],
    ['SendMessageToL1', 14_470n],
    ['Sha256ProcessBlock', 841_295n],
  ] as const)('%s costs %d gas', (name, gas) => {
    expect(syscallGas(V0_14_1, name)).toBe(gas);
  });

  test('what grows with calldata or rounds', () => {
    expect(syscallGas(V0_14_1, 'Deploy', 3)).toBe(147_120n + 3n * 4_850n);
    expect(syscallGas(V0_14_1, 'MetaTxV0', 2)).toBe(167_950n + 2n * 4_850n);
    expect(syscallGas(V0_14_1, 'Keccak', 2)).toBe(10_000n + 2n * 171_707n);
  });

  test('in a step-counted call, the constant part of Keccak counts once', () => {
    const uses = new Map([['Keccak', { calls: 3, length: 5 }] as const]);
    expect(syscallResources(V0_14_1, uses)).toMatchObject({
      steps: 100 + 5 * 281,
      builtins: { range_check: 5 * 56, keccak: 5, bitwise: 5 * 6 },
    });
  });

  test('every syscall has its resources', () => {
    expect(Object.keys(V0_14_1.syscalls).toSorted()).toEqual([...SYSCALL_NAMES].toSorted());
  });
});

describe('gas of Cairo resources', () => {
  test('is charged in whole units of L1 gas, 40,000 L2 gas each', () => {
    expect(vmGas(V0_14_1, { steps: 0, builtins: {} })).toBe(0n);
    expect(vmGas(V0_14_1, { steps: 1, builtins: {} })).toBe(40_000n);
    expect(vmGas(V0_14_1, { steps: 400, builtins: {} })).toBe(40_000n);
    expect(vmGas(V0_14_1, { steps: 401, builtins: {} })).toBe(80_000n);
  });

  test('counts holes, reverted steps and the arena as steps', () => {
    const resources = { steps: 100, memoryHoles: 50, builtins: { segment_arena: 5 } };
    expect(vmGas(V0_14_1, resources, 200)).toBe(40_000n); // 100 + 50 + 5 * 10 + 200 = 400
    expect(vmGas(V0_14_1, resources, 201)).toBe(80_000n);
  });

  test('goes by the dearest resource alone', () => {
    // 3 * 2.56 = 7.68 -> 8; 1,000 steps: 2.5 -> 3; 60 * 0.04 = 2.4 -> 3.
    const builtins = { ec_op: 3, range_check: 60 };
    expect(vmGas(V0_14_1, { steps: 1_000, builtins })).toBe(320_000n);
  });

  test('a price of L1 gas makes one of L2 gas', () => {
    expect(l2GasPriceOf(V0_14_1, 40_000n)).toBe(1n);
    expect(l2GasPriceOf(V0_14_1, 40_001n)).toBe(2n);
  });
});

describe('messages', () => {
  // The protocol's words: 612 gas a word of output, 512 of calldata; 20,000 a stored hash; an event
  // of 375, 375 a topic (its own name is one), 256 a word.
  test('to L1', () => {
    const empty = 3n * (612n + 512n) + 20_000n + (375n + 3n * 375n + 2n * 256n);
    expect(messagesL1Gas([0])).toBe(empty);
    expect(messagesL1Gas([0, 4])).toBe(2n * empty + 4n * (612n + 512n + 256n));
  });

  test('from L1, which the transaction consumes', () => {
    const payload = 2n;
    const log = 375n + 4n * 375n + (3n + payload) * 256n;
    expect(messagesL1Gas([], 2)).toBe((5n + payload) * (612n + 512n) + 5_000n + log);
  });
});

describe('transactions', () => {
  test('an empty invoke', () => {
    // 4,348 steps: 10.87 -> 11 units; committing to no felts: 21 steps more, 10.92 -> 11.
    expect(transactionGas(V0_14_1, USE)).toEqual({ l1Gas: 0n, l1DataGas: 0n, l2Gas: 440_000n });
  });

  test('calldata is paid twice: as data, and as steps of its hash', () => {
    const transaction = { ...INVOKE, calldata: Array<bigint>(101).fill(0n), signature: [1n, 2n] };
    // ceil(101 * 11 / 2) = 556 steps: 4,348 + 21 + 556 = 4,925 -> 12.3 -> 13 units.
    const data = (101n + 2n) * 5_120n;
    expect(transactionGas(V0_14_1, { ...USE, transaction }).l2Gas).toBe(13n * 40_000n + data);
  });

  test('published state: blob data, and committing to it', () => {
    const changes = { contracts: 2, storage: 5, allocated: 3, classes: 1, declared: 1 };
    const felts = 4 + 1 + 10 + 2;
    expect(publishedFelts(changes)).toBe(felts);
    const steps = 4_348 + 17 * 113 + (55 + 3 * 18 + 3 + 21); // 17 felts: one ten, three pairs, one
    const units = BigInt(Math.ceil(steps * 0.0025));
    const gas = transactionGas(V0_14_1, { ...USE, changes });
    expect(gas).toEqual({ l1Gas: 0n, l1DataGas: 17n * 32n + 3n * 32n, l2Gas: units * 40_000n });
    const later = transactionGas(V0_14_2, { ...USE, changes });
    expect(later.l2Gas - gas.l2Gas).toBe(3n * 402_000n);
  });

  test('events and code', () => {
    const codeBytes = codeSize({ bytecode: 10, sierraProgram: 20, abi: 7 });
    expect(codeBytes).toBe(30 * 32 + 7);
    const gas = transactionGas(V0_14_1, { ...USE, eventKeys: 2, eventData: 3, codeBytes });
    expect(gas.l2Gas).toBe(440_000n + 7n * 5_120n + BigInt(codeBytes) * 1_280n);
  });

  test('a handler pays for its payload, without the sender', () => {
    const gas = transactionGas(V0_14_1, { ...USE, transaction: HANDLER });
    expect(gas).toEqual({
      l1Gas: messagesL1Gas([], 0),
      l1DataGas: 0n,
      l2Gas: 4n * 40_000n, // 1,315 + 21 steps: 3.34 -> 4
    });
    const longer = { ...HANDLER, calldata: [1n, 2n, 3n] };
    expect(transactionGas(V0_14_1, { ...USE, transaction: longer }).l2Gas).toBe(
      4n * 40_000n + 2n * 5_120n,
    );
  });

  test('what was rolled back is paid', () => {
    const computation = { ...USE.computation, revertedSteps: 1_000, revertedGas: 77n };
    // 4,369 + 1,000 steps: 13.4 -> 14.
    expect(transactionGas(V0_14_1, { ...USE, computation }).l2Gas).toBe(14n * 40_000n + 77n);
  });

  test('the least that bounds must allow', () => {
    // Nonce and balance: 4 felts published, 4 * 113 + 2 * 18 + 21 = 509 steps with 4,348: 12.1 -> 13.
    expect(minimalGas(V0_14_1, INVOKE)).toEqual({
      l1Gas: 0n,
      l1DataGas: 128n,
      l2Gas: 13n * 40_000n,
    });
  });
});

test('nothing of it needs more than types: it runs in a browser', () => {
  const folder = join(import.meta.dirname, '../src/rules');
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    expect(existsSync(file), file).toBe(true);
    const source = readFileSync(file, 'utf8');
    for (const [statement, from] of source.matchAll(
      /^(?:import|export)\s[^;]*?from '([^']+)';/gms,
    )) {
      if (from?.startsWith('./')) visit(join(dirname(file), from));
      else expect(statement).toMatch(/^import type .*'@stackctl\/types';$/s);
    }
  };
  visit(join(folder, 'index.ts'));
  expect(seen.size).toBeGreaterThan(8);
});
