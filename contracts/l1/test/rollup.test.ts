import { BrowserProvider, Contract, type Eip1193Provider, id, Wallet } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { beforeEach, describe, expect, test } from 'vitest';
import { compiledContract, computeAddresses, type DeployOptions, deployL1 } from '../src/index.ts';

const ETHER = 10n ** 18n;
const key = (label: string): string => id(`contracts-l1 test ${label}`);
const DEPLOYER = key('deployer');
const OPERATOR = key('operator');
const VERIFIER = key('verifier');
const STRANGER = key('stranger');
const address = (privateKey: string): string => new Wallet(privateKey).address;

const hre = await createHardhatRuntimeEnvironment({});
let eip1193: Eip1193Provider;
let provider: BrowserProvider;

beforeEach(async () => {
  const connection = await hre.network.create();
  eip1193 = connection.provider as unknown as Eip1193Provider;
  provider = new BrowserProvider(eip1193, undefined, { cacheTimeout: -1 });
  for (const privateKey of [DEPLOYER, OPERATOR, VERIFIER, STRANGER]) {
    const funds = `0x${(100n * ETHER).toString(16)}`;
    await provider.send('hardhat_setBalance', [address(privateKey), funds]);
  }
});

const OPTIONS: DeployOptions = {
  deployerKey: DEPLOYER,
  operator: address(OPERATOR),
  verifier: address(VERIFIER),
  l2ChainId: 0x535441434b43544cn,
  holders: [address(STRANGER)],
  holding: 5n * ETHER,
};

/** The contract at `at`, called by `privateKey`'s account. */
function as(privateKey: string, name: 'Rollup' | 'FactRegistry' | 'Token', at: string): Contract {
  return new Contract(at, compiledContract(name).abi, new Wallet(privateKey, provider));
}

// biome-ignore lint/suspicious/noExplicitAny: methods of an ethers Contract are known at run time
type Methods = any;

async function deployed(options: Partial<DeployOptions> = {}) {
  const at = await deployL1(eip1193, { ...OPTIONS, ...options });
  return {
    at,
    rollup: as(OPERATOR, 'Rollup', at.rollup) as Methods,
    registry: as(VERIFIER, 'FactRegistry', at.factRegistry) as Methods,
  };
}

/** Name of the custom error that a call reverts with. */
async function revertOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { revert } = error as { revert?: { name: string } };
    return revert?.name ?? String(error);
  }
  return 'no revert';
}

interface Update {
  readonly blockNumber: bigint;
  readonly blockHash: bigint;
  readonly parentBlockHash: bigint;
  readonly parentStateRoot: bigint;
  readonly stateRoot: bigint;
}

const FIRST: Update = {
  blockNumber: 0n,
  blockHash: 0xb0n,
  parentBlockHash: 0n,
  parentStateRoot: 0n,
  stateRoot: 0x50n,
};
const SECOND: Update = {
  blockNumber: 1n,
  blockHash: 0xb1n,
  parentBlockHash: 0xb0n,
  parentStateRoot: 0x50n,
  stateRoot: 0x51n,
};

describe('deployment', () => {
  test('stands at the addresses that the deployer alone decides', async () => {
    const { at } = await deployed();
    expect(at).toEqual(computeAddresses(address(DEPLOYER)));
    expect(new Set(Object.values(at)).size).toBe(4);
  });

  test('deploying again changes nothing', async () => {
    const first = await deployed();
    const height = await provider.getBlockNumber();
    const second = await deployed();
    expect(second.at).toEqual(first.at);
    expect(await provider.getBlockNumber()).toBe(height);
  });

  test('starts from a given block', async () => {
    const { rollup } = await deployed({ genesis: { number: 0, hash: 0xb0n, stateRoot: 0x50n } });
    expect(await rollup.stateBlockNumber()).toBe(0n);
    expect(await rollup.stateBlockHash()).toBe(0xb0n);
    expect(await rollup.stateRoot()).toBe(0x50n);
  });
});

describe('Rollup', () => {
  test('starts empty', async () => {
    const { rollup, at } = await deployed();
    expect(await rollup.stateBlockNumber()).toBe(-1n);
    expect(await rollup.stateRoot()).toBe(0n);
    expect(await rollup.factRegistry()).toBe(at.factRegistry);
  });

  test('accepts proven updates in order and says so', async () => {
    const { rollup, registry } = await deployed();
    for (const update of [FIRST, SECOND]) {
      const fact = await rollup.factOf(update);
      await (await registry.registerFact(fact)).wait();
      const receipt = await (await rollup.updateState(update)).wait();
      const events = receipt.logs.map((log: never) => rollup.interface.parseLog(log));
      expect(events.map((event: { name: string }) => event.name)).toEqual([
        'LogStateTransitionFact',
        'LogStateUpdate',
      ]);
      expect(events[0].args[0]).toBe(fact);
      expect([...events[1].args]).toEqual([update.stateRoot, update.blockNumber, update.blockHash]);
    }
    expect(await rollup.stateBlockNumber()).toBe(1n);
    expect(await rollup.stateRoot()).toBe(0x51n);
    expect(await rollup.stateBlockHash()).toBe(0xb1n);
  });

  test('refuses everybody but the operator', async () => {
    const { rollup, registry, at } = await deployed();
    await (await registry.registerFact(await rollup.factOf(FIRST))).wait();
    const other = as(STRANGER, 'Rollup', at.rollup) as Methods;
    expect(await revertOf(other.updateState.staticCall(FIRST))).toBe('OnlyOperator');
  });

  test.each([
    ['a gap', { ...SECOND }, 'WrongBlockNumber'],
    ['a number above 2^255', { ...FIRST, blockNumber: 2n ** 256n - 1n }, 'WrongBlockNumber'],
    ['another parent state', { ...FIRST, parentStateRoot: 1n }, 'WrongParent'],
    ['another parent block', { ...FIRST, parentBlockHash: 1n }, 'WrongParent'],
  ])('refuses %s even when proven', async (_, update, error) => {
    const { rollup, registry } = await deployed();
    await (await registry.registerFact(await rollup.factOf(update))).wait();
    expect(await revertOf(rollup.updateState.staticCall(update))).toBe(error);
  });

  test('refuses the same block twice', async () => {
    const { rollup, registry } = await deployed();
    await (await registry.registerFact(await rollup.factOf(FIRST))).wait();
    await (await rollup.updateState(FIRST)).wait();
    expect(await revertOf(rollup.updateState.staticCall(FIRST))).toBe('WrongBlockNumber');
  });

  test.each((Object.keys(FIRST) as Array<keyof Update>).map((field) => [field]))(
    'a fact serves for one transition only: %s',
    async (field) => {
      const { rollup } = await deployed();
      const fact = await rollup.factOf(FIRST);
      expect(await rollup.factOf({ ...FIRST, [field]: FIRST[field] + 1n })).not.toBe(fact);
    },
  );

  test('a fact of another chain is another fact', async () => {
    const { rollup } = await deployed();
    const fact = await rollup.factOf(FIRST);
    eip1193 = (await hre.network.create()).provider as unknown as Eip1193Provider;
    provider = new BrowserProvider(eip1193, undefined, { cacheTimeout: -1 });
    await provider.send('hardhat_setBalance', [address(DEPLOYER), '0x56bc75e2d63100000']);
    const other = await deployed({ l2ChainId: 1n });
    expect(await other.rollup.factOf(FIRST)).not.toBe(fact);
  });

  test('refuses an update that nobody has proven', async () => {
    const { rollup } = await deployed();
    expect(await revertOf(rollup.updateState.staticCall(FIRST))).toBe('UnprovenTransition');
  });
});

describe('FactRegistry', () => {
  const FACT = id('a fact');

  test('takes facts from its verifier only', async () => {
    const { registry, at } = await deployed();
    const other = as(OPERATOR, 'FactRegistry', at.factRegistry) as Methods;
    expect(await revertOf(other.registerFact.staticCall(FACT))).toBe('OnlyVerifier');
    expect(await registry.isValid(FACT)).toBe(false);
    const receipt = await (await registry.registerFact(FACT)).wait();
    expect(receipt.logs).toHaveLength(1);
    expect(await registry.isValid(FACT)).toBe(true);
    expect((await (await registry.registerFact(FACT)).wait()).logs).toHaveLength(0);
  });

  test('without a verifier nobody registers facts', async () => {
    const { verifier: _, ...options } = OPTIONS;
    const at = await deployL1(eip1193, options);
    for (const privateKey of [DEPLOYER, OPERATOR, VERIFIER]) {
      const registry = as(privateKey, 'FactRegistry', at.factRegistry) as Methods;
      expect(await revertOf(registry.registerFact.staticCall(FACT))).toBe('OnlyVerifier');
    }
  });
});

describe('tokens', () => {
  test('have names, holders and an owner who mints', async () => {
    const { at } = await deployed();
    const strk = as(STRANGER, 'Token', at.strk) as Methods;
    const eth = as(STRANGER, 'Token', at.eth) as Methods;
    expect([await strk.symbol(), await eth.symbol()]).toEqual(['STRK', 'ETH']);
    expect(await strk.decimals()).toBe(18n);
    expect(await strk.balanceOf(address(STRANGER))).toBe(5n * ETHER);
    expect(await eth.totalSupply()).toBe(5n * ETHER);

    expect(await revertOf(strk.mint.staticCall(address(STRANGER), 1n))).toBe(
      'OwnableUnauthorizedAccount',
    );
    const owner = as(DEPLOYER, 'Token', at.strk) as Methods;
    await (await owner.mint(address(OPERATOR), 7n)).wait();
    expect(await strk.totalSupply()).toBe(5n * ETHER + 7n);
  });

  test('move by transfer and by allowance, and not beyond', async () => {
    const { at } = await deployed();
    const strk = as(STRANGER, 'Token', at.strk) as Methods;
    const spender = as(OPERATOR, 'Token', at.strk) as Methods;
    await (await strk.transfer(address(VERIFIER), 2n)).wait();
    await (await strk.approve(address(OPERATOR), 3n)).wait();
    await (await spender.transferFrom(address(STRANGER), address(VERIFIER), 3n)).wait();
    expect(await strk.balanceOf(address(VERIFIER))).toBe(5n);
    expect(
      await revertOf(spender.transferFrom.staticCall(address(STRANGER), address(VERIFIER), 1n)),
    ).toBe('ERC20InsufficientAllowance');
    expect(await revertOf(spender.transfer.staticCall(address(VERIFIER), 1n))).toBe(
      'ERC20InsufficientBalance',
    );
  });
});
