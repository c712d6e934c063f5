import { buildGenesis, classes as compiled } from '@stackctl/contracts-l2';
import { selector, sign } from '@stackctl/crypto';
import {
  type BlockContext,
  type Felt,
  type HashedTransaction,
  type InvokeTransaction,
  type StateReader,
  shortString,
} from '@stackctl/types';
import {
  CachedState,
  ClassRegistry,
  hashTransaction,
  sierraSizeOf,
  sierraVersionOf,
} from '../../src/index.ts';

export const CHAIN_ID: Felt = shortString('STACKCTL');

export const genesis = buildGenesis({ chainId: CHAIN_ID, seed: 7, accounts: 4 });
export type TestAccount = (typeof genesis.accounts)[number];

const GAS_PRICE = { wei: 10n ** 9n, fri: 10n ** 9n };

/** A block on top of the genesis of the test chain. */
export function blockContext(overrides: Partial<BlockContext> = {}): BlockContext {
  return {
    chainId: CHAIN_ID,
    number: 1,
    timestamp: 1_700_000_000,
    sequencerAddress: 0x5e9n,
    gasPrices: { l1Gas: GAS_PRICE, l1DataGas: GAS_PRICE, l2Gas: GAS_PRICE },
    strkFeeToken: genesis.addresses.strk,
    ethFeeToken: genesis.addresses.eth,
    starknetVersion: '0.14.1',
    ...overrides,
  };
}

const EMPTY: StateReader = {
  storageAt: () => 0n,
  nonceAt: () => 0n,
  classHashAt: () => 0n,
  compiledClassHash: () => 0n,
};

/** The genesis state, writable for a test's own set-up. */
export function genesisState(): CachedState {
  const state = new CachedState(EMPTY);
  const { storage, deployedContracts, declaredClasses } = genesis.stateDiff;
  for (const { address, entries } of storage) {
    for (const { key, value } of entries) state.setStorage(address, key, value);
  }
  for (const { address, classHash } of deployedContracts) state.setClassHash(address, classHash);
  for (const { classHash, compiledClassHash } of declaredClasses) {
    state.setCompiledClassHash(classHash, compiledClassHash);
  }
  return state;
}

const byHash = new Map(Object.values(compiled).map((entry) => [entry.classHash, entry]));

export const registry = new ClassRegistry({
  casm: (classHash) => byHash.get(classHash)?.casm,
  sierraVersion: (classHash) => {
    const entry = byHash.get(classHash);
    return entry && sierraVersionOf(entry.sierra);
  },
  sierraSize: (classHash) => {
    const entry = byHash.get(classHash);
    return entry && sierraSizeOf(entry.sierra);
  },
  compiledClassHash: (classHash) => byHash.get(classHash)?.compiledClassHash,
});

export interface Call {
  readonly to: Felt;
  readonly name: string;
  readonly calldata: readonly Felt[];
}

export const LOW_128 = 2n ** 128n - 1n;

export function transfer(to: Felt, amount: bigint): Call {
  const calldata = [to, amount & LOW_128, amount >> 128n];
  return { to: genesis.addresses.strk, name: 'transfer', calldata };
}

export const BOUNDS = {
  l1Gas: { maxAmount: 100_000n, maxPricePerUnit: 10n ** 10n },
  l2Gas: { maxAmount: 100_000_000n, maxPricePerUnit: 10n ** 10n },
  l1DataGas: { maxAmount: 100_000n, maxPricePerUnit: 10n ** 10n },
};

/** An invoke, hashed and signed by its account. */
export function invoke(
  account: TestAccount,
  nonce: bigint,
  calls: readonly Call[],
  overrides: Partial<InvokeTransaction> = {},
): HashedTransaction & { readonly transaction: InvokeTransaction } {
  const calldata = [
    BigInt(calls.length),
    ...calls.flatMap((call) => [
      call.to,
      selector(call.name),
      BigInt(call.calldata.length),
      ...call.calldata,
    ]),
  ];
  const unsigned: InvokeTransaction = {
    type: 'INVOKE',
    version: 3n,
    signature: [],
    nonce,
    resourceBounds: BOUNDS,
    tip: 0n,
    paymasterData: [],
    nonceDataAvailabilityMode: 'L1',
    feeDataAvailabilityMode: 'L1',
    senderAddress: account.address,
    calldata,
    accountDeploymentData: [],
    ...overrides,
  };
  const hash = hashTransaction(unsigned, CHAIN_ID);
  const { r, s } = sign(account.privateKey, hash);
  return { hash, transaction: { ...unsigned, signature: overrides.signature ?? [r, s] } };
}
