import { contractAddress } from '@stackctl/crypto';
import { type DeclaredClass, type Felt, type StateDiff, shortString } from '@stackctl/types';
import { WELL_KNOWN } from './addresses.ts';
import { classes } from './classes.ts';
import { deriveKeyPair, type KeyPair } from './keys.ts';
import { CLASS_NAMES, type ClassName } from './manifest.ts';
import { accountStorage, type Storage, tokenStorage } from './storage.ts';

/** 1000 tokens of 18 decimals. */
export const DEFAULT_BALANCE = 10n ** 21n;
export const DEFAULT_ACCOUNTS = 10;

export interface GenesisOptions {
  /** The chain's id; the same seed gives other accounts on another chain. */
  readonly chainId: Felt;
  readonly seed: string | number | bigint;
  /** Number of predeployed accounts, DEFAULT_ACCOUNTS unless told. */
  readonly accounts?: number;
  /** What each account holds of STRK and of ETH, in units of 10^-18; DEFAULT_BALANCE unless told. */
  readonly initialBalance?: bigint;
}

/** A predeployed account. The keys are no secret: they follow from the seed. */
export interface GenesisAccount extends KeyPair {
  readonly address: Felt;
  /** Of STRK and of ETH each. */
  readonly balance: bigint;
}

export interface GenesisAddresses {
  readonly strk: Felt;
  readonly eth: Felt;
  readonly udc: Felt;
  readonly legacyUdc: Felt;
  readonly fibonacci: Felt;
  readonly factorial: Felt;
}

export interface Genesis {
  /** From the empty state to block 0's. */
  readonly stateDiff: StateDiff;
  readonly classes: readonly DeclaredClass[];
  readonly accounts: readonly GenesisAccount[];
  /** The account that may mint STRK and ETH (for a faucet or, later, a bridge). */
  readonly minter: GenesisAccount;
  readonly addresses: GenesisAddresses;
}

/** Address of a contract that nobody deployed (deployer 0), as DEPLOY_ACCOUNT computes it. */
function addressOf(name: ClassName, salt: Felt, constructorCalldata: readonly Felt[]): Felt {
  const { classHash } = classes[name];
  return contractAddress({ salt, classHash, constructorCalldata, deployer: 0n });
}

function genesisAccount(path: string, balance: bigint): GenesisAccount {
  const keys = deriveKeyPair(path);
  const { publicKey } = keys;
  const address = addressOf('account', publicKey, [publicKey]);
  return { ...keys, address, balance };
}

function byNumber(left: Felt, right: Felt): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Deployment {
  readonly address: Felt;
  readonly contract: ClassName;
  readonly storage: Storage;
}

function stateDiffOf(deployments: readonly Deployment[]): StateDiff {
  const sorted = deployments.toSorted((a, b) => byNumber(a.address, b.address));
  return {
    storage: sorted
      .filter(({ storage }) => storage.size > 0)
      .map(({ address, storage }) => ({
        address,
        entries: [...storage]
          .map(([key, value]) => ({ key, value }))
          .sort((a, b) => byNumber(a.key, b.key)),
      })),
    nonces: [],
    deployedContracts: sorted.map(({ address, contract }) => ({
      address,
      classHash: classes[contract].classHash,
    })),
    replacedClasses: [],
    declaredClasses: CLASS_NAMES.map((name) => ({
      classHash: classes[name].classHash,
      compiledClassHash: classes[name].compiledClassHash,
    })).sort((a, b) => byNumber(a.classHash, b.classHash)),
  };
}

/**
 * Block 0's state, as if every contract had been deployed and its constructor had run: accounts
 * with STRK and ETH, the two tokens, the deployer at both of its addresses, fibonacci, factorial.
 * The same options give the same state on every machine.
 */
export function buildGenesis(options: GenesisOptions): Genesis {
  const { chainId, seed, accounts: count = DEFAULT_ACCOUNTS } = options;
  const balance = options.initialBalance ?? DEFAULT_BALANCE;
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`${count} predeployed accounts`);
  }
  const root = `stackctl/${chainId.toString(16)}/${seed}`;
  const accounts = Array.from({ length: count }, (_, index) =>
    genesisAccount(`${root}/account/${index}`, balance),
  );
  const minter = genesisAccount(`${root}/minter`, balance);
  const holders = [...accounts, minter];
  if (balance < 0n || balance * BigInt(holders.length) >= 2n ** 256n) {
    throw new RangeError(`initial balance ${balance} does not fit the supply's 256 bits`);
  }
  const addresses: GenesisAddresses = {
    ...WELL_KNOWN,
    fibonacci: addressOf('fibonacci', 0n, []),
    factorial: addressOf('factorial', 0n, []),
  };
  const token = (name: string, symbol: string): Storage =>
    tokenStorage({
      name: shortString(name),
      symbol: shortString(symbol),
      decimals: 18,
      permittedMinter: minter.address,
      balances: holders.map(({ address }) => ({ address, amount: balance })),
    });
  const stateDiff = stateDiffOf([
    ...holders.map(
      ({ address, publicKey }): Deployment => ({
        address,
        contract: 'account',
        storage: accountStorage(publicKey),
      }),
    ),
    { address: addresses.strk, contract: 'erc20', storage: token('Starknet Token', 'STRK') },
    { address: addresses.eth, contract: 'erc20', storage: token('Ether', 'ETH') },
    { address: addresses.udc, contract: 'udc', storage: new Map() },
    { address: addresses.legacyUdc, contract: 'udc', storage: new Map() },
    { address: addresses.fibonacci, contract: 'fibonacci', storage: new Map() },
    { address: addresses.factorial, contract: 'factorial', storage: new Map() },
  ]);
  return { stateDiff, classes: Object.values(classes), accounts, minter, addresses };
}
