import { feltToHex, type StateDiff, shortString } from '@stackctl/types';
import fc from 'fast-check';
import { ec, hash } from 'starknet';
import { describe, expect, test } from 'vitest';
import { buildGenesis, classes, DEFAULT_BALANCE, deriveKeyPair, WELL_KNOWN } from '../src/index.ts';

const CHAIN = shortString('STACKCTL');
const ADDRESS_BOUND = 2n ** 251n - 256n;

/** Storage keys computed by starknet.js, not by us. */
const slot = (name: string): bigint => BigInt(hash.starknetKeccak(name));
function balanceSlot(address: bigint): bigint {
  const key = hash.computePedersenHash(slot('ERC20_balances'), address);
  return BigInt(key) % ADDRESS_BOUND;
}

function storageOf(diff: StateDiff, address: bigint): ReadonlyMap<bigint, bigint> {
  const found = diff.storage.find((contract) => contract.address === address);
  return new Map(found?.entries.map(({ key, value }) => [key, value]));
}

function isAscending(values: readonly bigint[]): boolean {
  return values.every((value, i) => i === 0 || (values[i - 1] as bigint) < value);
}

describe('buildGenesis', () => {
  const genesis = buildGenesis({ chainId: CHAIN, seed: 7 });
  const { stateDiff, accounts, minter, addresses } = genesis;

  test('is the same every time, and another for another seed or chain', () => {
    expect(buildGenesis({ chainId: CHAIN, seed: '7' }).stateDiff).toEqual(stateDiff);
    for (const other of [
      { chainId: CHAIN, seed: 8 },
      { chainId: CHAIN + 1n, seed: 7 },
    ]) {
      expect(buildGenesis(other).accounts[0]?.address).not.toBe(accounts[0]?.address);
    }
  });

  test('has ten accounts unless told, at the addresses of deploy_account', () => {
    expect(accounts).toHaveLength(10);
    for (const { address, publicKey, privateKey, balance } of [...accounts, minter]) {
      expect(BigInt(ec.starkCurve.getStarkKey(feltToHex(privateKey)))).toBe(publicKey);
      const computed = hash.calculateContractAddressFromHash(
        publicKey,
        classes.account.classHash,
        [publicKey],
        0,
      );
      expect(BigInt(computed)).toBe(address);
      expect(balance).toBe(DEFAULT_BALANCE);
      const storage = storageOf(stateDiff, address);
      expect([...storage]).toEqual([[slot('Account_public_key'), publicKey]]);
    }
  });

  test('deploys everything, each class declared', () => {
    const deployed = new Map(stateDiff.deployedContracts.map((c) => [c.address, c.classHash]));
    expect(deployed.size).toBe(10 + 1 + 6);
    expect(deployed.get(WELL_KNOWN.strk)).toBe(classes.erc20.classHash);
    expect(deployed.get(WELL_KNOWN.eth)).toBe(classes.erc20.classHash);
    expect(deployed.get(WELL_KNOWN.udc)).toBe(classes.udc.classHash);
    expect(deployed.get(WELL_KNOWN.legacyUdc)).toBe(classes.udc.classHash);
    expect(deployed.get(addresses.fibonacci)).toBe(classes.fibonacci.classHash);
    expect(deployed.get(addresses.factorial)).toBe(classes.factorial.classHash);
    expect(new Set(deployed.values())).toEqual(
      new Set(stateDiff.declaredClasses.map(({ classHash }) => classHash)),
    );
    for (const { classHash, compiledClassHash } of genesis.classes) {
      expect(stateDiff.declaredClasses).toContainEqual({ classHash, compiledClassHash });
    }
  });

  test('is sorted by address, then key', () => {
    expect(isAscending(stateDiff.deployedContracts.map(({ address }) => address))).toBe(true);
    expect(isAscending(stateDiff.declaredClasses.map(({ classHash }) => classHash))).toBe(true);
    expect(isAscending(stateDiff.storage.map(({ address }) => address))).toBe(true);
    for (const { entries } of stateDiff.storage) {
      expect(isAscending(entries.map(({ key }) => key))).toBe(true);
      expect(entries.every(({ value }) => value !== 0n)).toBe(true);
    }
  });

  test.each([
    ['strk', 'Starknet Token', 'STRK'],
    ['eth', 'Ether', 'ETH'],
  ] as const)('%s has its constructor behind it', (token, name, symbol) => {
    const storage = storageOf(stateDiff, addresses[token]);
    expect(storage.get(slot('ERC20_name'))).toBe(shortString(name));
    expect(storage.get(slot('ERC20_symbol'))).toBe(shortString(symbol));
    expect(storage.get(slot('ERC20_decimals'))).toBe(18n);
    expect(storage.get(slot('permitted_minter'))).toBe(minter.address);
    expect(storage.get(slot('ERC20_total_supply'))).toBe(11n * DEFAULT_BALANCE);
    for (const { address } of [...accounts, minter]) {
      expect(storage.get(balanceSlot(address))).toBe(DEFAULT_BALANCE);
    }
    expect(storage.size).toBe(5 + 11);
  });

  test('splits balances above 128 bits into two felts', () => {
    const initialBalance = 2n ** 200n + 5n;
    const rich = buildGenesis({ chainId: CHAIN, seed: 7, accounts: 1, initialBalance });
    const storage = storageOf(rich.stateDiff, addresses.strk);
    const key = balanceSlot(rich.accounts[0]?.address ?? 0n);
    expect(storage.get(key)).toBe(5n);
    expect(storage.get(key + 1n)).toBe(2n ** 72n);
    expect(storage.get(slot('ERC20_total_supply') + 1n)).toBe(2n ** 73n);
  });

  test('leaves out balances of zero', () => {
    const poor = buildGenesis({ chainId: CHAIN, seed: 7, accounts: 2, initialBalance: 0n });
    expect(storageOf(poor.stateDiff, addresses.strk).size).toBe(4);
  });

  test.each([
    { accounts: -1 },
    { accounts: 1.5 },
    { initialBalance: -1n },
    { initialBalance: 2n ** 255n },
  ])('refuses %o', (options) => {
    expect(() => buildGenesis({ chainId: CHAIN, seed: 7, ...options })).toThrow(RangeError);
  });
});

test('derived keys are valid and their signatures verify elsewhere', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      const { privateKey, publicKey } = deriveKeyPair(path);
      const text = feltToHex(privateKey);
      expect(BigInt(ec.starkCurve.getStarkKey(text))).toBe(publicKey);
      const signature = ec.starkCurve.sign('1234', text);
      const full = ec.starkCurve.getPublicKey(text);
      expect(ec.starkCurve.verify(signature, '1234', full)).toBe(true);
    }),
    { numRuns: 10 },
  );
});
