import { contractAddress, pedersen, selector, sign } from '@stackctl/crypto';
import { hashTransaction } from '@stackctl/execution';
import { type Felt, PRIME, shortString } from '@stackctl/types';
import { beforeEach, describe, expect, test } from 'vitest';
import { classes, deriveKeyPair, type GenesisAccount } from '../src/index.ts';
import { CHAIN_ID, type Outcome, resultsOf, testChain } from './support/chain.ts';

let chain: ReturnType<typeof testChain>;
let alice: GenesisAccount;
let bob: GenesisAccount;
let minter: GenesisAccount;
let token: Felt;

beforeEach(() => {
  chain = testChain();
  [alice, bob] = chain.genesis.accounts as [GenesisAccount, GenesisAccount];
  minter = chain.genesis.minter;
  token = chain.genesis.addresses.eth; // the other token pays the fees
});

/** Makes one call from an account and gives what it returned. */
function run(
  account: GenesisAccount,
  to: Felt,
  name: string,
  ...calldata: Felt[]
): readonly Felt[] {
  return resultsOf(chain.execute(account, { to, name, calldata }))[0] ?? [];
}

/** Why a call reverts. */
function revert(account: GenesisAccount, to: Felt, name: string, ...calldata: Felt[]): string {
  const { receipt } = chain.execute(account, { to, name, calldata });
  expect(receipt.status).toBe('REVERTED');
  return receipt.revertReason ?? '';
}

/** Events of a contract in a transaction, with the name of each. */
function eventsOf(outcome: Outcome, from: Felt, ...names: string[]) {
  return outcome.receipt.events
    .filter(({ fromAddress }) => fromAddress === from)
    .map(({ keys: [first, ...keys], data }) => ({
      name: names.find((name) => selector(name) === first),
      keys,
      data,
    }));
}

describe('account', () => {
  test('makes several calls and returns what each returned', () => {
    const { fibonacci, factorial } = chain.genesis.addresses;
    const outcome = chain.execute(
      alice,
      { to: fibonacci, name: 'fibonacci', calldata: [10n] },
      { to: token, name: 'balance_of', calldata: [bob.address] },
      { to: factorial, name: 'factorial', calldata: [5n] },
    );
    expect(resultsOf(outcome)).toEqual([[55n], [bob.balance, 0n], [120n]]);
    expect(resultsOf(chain.execute(alice))).toEqual([]);
  });

  test('undoes all calls when one fails', () => {
    const { receipt } = chain.execute(
      alice,
      { to: token, name: 'transfer', calldata: [bob.address, 5n, 0n] },
      { to: token, name: 'transfer', calldata: [0n, 5n, 0n] },
    );
    expect(receipt.status).toBe('REVERTED');
    expect(receipt.revertReason).toContain('ERC20: transfer to 0');
    expect(run(alice, token, 'balance_of', bob.address)).toEqual([bob.balance, 0n]);
  });

  test.each([
    ['another key', (hash: Felt) => sign(deriveKeyPair('another').privateKey, hash)],
    ['another hash', (hash: Felt) => sign(alice.privateKey, hash + 1n)],
  ])('takes no signature of %s', (_, forge) => {
    const unsigned = chain.invocation(alice, [0n]);
    const { r, s } = forge(hashTransaction(unsigned, CHAIN_ID));
    expect(() => chain.submit({ ...unsigned, signature: [r, s] })).toThrow(
      /VALIDATION_FAILURE.*Account: invalid signature/s,
    );
  });

  test.each([
    ['none', []],
    ['half of one', [1n]],
    ['one and a half', [1n, 2n, 3n]],
    ['zeros', [0n, 0n]],
  ])('takes no signature that is none: %s', (_, signature) => {
    const unsigned = chain.invocation(alice, [0n]);
    expect(() => chain.submit({ ...unsigned, signature })).toThrow(/VALIDATION_FAILURE/);
  });

  test('executes for the protocol only', () => {
    // Since 0.14 the protocol refuses such a call before the account's own check sees it.
    expect(revert(alice, bob.address, '__execute__', 0n)).toContain("'Invalid argument'");
    // Not even for itself.
    expect(revert(bob, bob.address, '__execute__', 0n)).toContain("'Invalid argument'");
  });

  test.each([
    ['cut short', (calldata: Felt[]) => calldata.slice(0, -1)],
    ['too long', (calldata: Felt[]) => [...calldata, 1n]],
    ['a length above 32 bits', (calldata: Felt[]) => calldata.with(3, 2n ** 32n)],
    ['a negative length', (calldata: Felt[]) => calldata.with(3, PRIME - 1n)],
    ['more calls than there are', (calldata: Felt[]) => calldata.with(0, 2n)],
  ])('refuses calldata that is malformed: %s', (_, spoil) => {
    const calldata = spoil([1n, token, selector('transfer'), 3n, bob.address, 5n, 0n]);
    const unsigned = chain.invocation(alice, calldata);
    expect(() => chain.submit(chain.signed(unsigned, alice.privateKey))).toThrow(
      /VALIDATION_FAILURE/,
    );
  });

  test('checks signatures for others and says what it is', () => {
    const { r, s } = sign(alice.privateKey, 0x1234n);
    const is = (...calldata: Felt[]) => run(bob, alice.address, 'is_valid_signature', ...calldata);
    expect(is(0x1234n, 2n, r, s)).toEqual([shortString('VALID')]);
    expect(is(0x1235n, 2n, r, s)).toEqual([0n]);
    expect(is(0x1234n, 1n, r)).toEqual([0n]);
    expect(run(bob, alice.address, 'get_public_key')).toEqual([alice.publicKey]);
    const supports = (id: Felt) => run(bob, alice.address, 'supports_interface', id);
    const SRC6 = 0x2ceccef7f994940b3962a6c67e0ba4fcd37df7d131417c604f91e03caecc1cdn;
    const SRC5 = 0x3f918d17e5ee77373b56385708f855659a07f75997f365cf87748628532a055n;
    expect([supports(SRC6), supports(SRC5), supports(1n)]).toEqual([[1n], [1n], [0n]]);
  });

  test('pays for its own deployment, when its owner signs', () => {
    const keys = deriveKeyPair('newcomer');
    const { classHash } = classes.account;
    const constructorCalldata = [keys.publicKey];
    const deployment = { salt: 77n, classHash, constructorCalldata, deployer: 0n };
    const address = contractAddress(deployment);
    run(alice, chain.genesis.addresses.strk, 'transfer', address, 10n ** 18n, 0n);
    const unsigned = {
      type: 'DEPLOY_ACCOUNT',
      ...chain.common(0n),
      contractAddressSalt: 77n,
      constructorCalldata,
      classHash,
      signature: [],
    } as const;
    expect(() => chain.submit(chain.signed(unsigned, alice.privateKey))).toThrow(
      /VALIDATION_FAILURE/,
    );
    const { receipt } = chain.submit(chain.signed(unsigned, keys.privateKey));
    expect(receipt).toMatchObject({ status: 'SUCCEEDED', contractAddress: address });
    expect(run(bob, address, 'get_public_key')).toEqual([keys.publicKey]);
  });
});

describe('erc20', () => {
  const balance = (address: Felt): bigint => {
    const [low = 0n, high = 0n] = run(bob, token, 'balance_of', address);
    return low + (high << 128n);
  };

  test('says what it is, in both spellings', () => {
    expect(run(bob, token, 'name')).toEqual([shortString('Ether')]);
    expect(run(bob, token, 'symbol')).toEqual([shortString('ETH')]);
    expect(run(bob, token, 'decimals')).toEqual([18n]);
    const supply = [4n * alice.balance, 0n];
    expect(run(bob, token, 'total_supply')).toEqual(supply);
    expect(run(bob, token, 'totalSupply')).toEqual(supply);
    expect(run(bob, token, 'balanceOf', alice.address)).toEqual([alice.balance, 0n]);
    expect(run(bob, token, 'permitted_minter')).toEqual([minter.address]);
  });

  test('moves tokens and says so', () => {
    const calldata = [bob.address, 5n, 0n];
    const outcome = chain.execute(alice, { to: token, name: 'transfer', calldata });
    expect(resultsOf(outcome)).toEqual([[1n]]);
    expect(eventsOf(outcome, token, 'Transfer')).toEqual([
      { name: 'Transfer', keys: [alice.address, bob.address], data: [5n, 0n] },
    ]);
    expect(balance(alice.address)).toBe(alice.balance - 5n);
    expect(balance(bob.address)).toBe(bob.balance + 5n);
  });

  test('to oneself moves nothing', () => {
    expect(run(alice, token, 'transfer', alice.address, 5n, 0n)).toEqual([1n]);
    expect(balance(alice.address)).toBe(alice.balance);
  });

  test('moves no more than there is', () => {
    const all = alice.balance;
    expect(revert(alice, token, 'transfer', bob.address, all + 1n, 0n)).toContain(
      'ERC20: insufficient balance',
    );
    expect(revert(alice, token, 'transfer', bob.address, 0n, 1n)).toContain(
      'ERC20: insufficient balance',
    );
    expect(revert(alice, token, 'transfer', bob.address, 2n ** 128n, 0n)).toContain(
      'Failed to deserialize param #2',
    );
    expect(run(alice, token, 'transfer', bob.address, all, 0n)).toEqual([1n]);
    expect(balance(alice.address)).toBe(0n);
  });

  test.each(['transfer_from', 'transferFrom'])('%s spends an allowance', (name) => {
    const outcome = chain.execute(alice, {
      to: token,
      name: 'approve',
      calldata: [bob.address, 7n, 0n],
    });
    expect(eventsOf(outcome, token, 'Approval')).toEqual([
      { name: 'Approval', keys: [alice.address, bob.address], data: [7n, 0n] },
    ]);
    const spend = [alice.address, minter.address, 5n, 0n];
    expect(run(bob, token, name, ...spend)).toEqual([1n]);
    expect(balance(minter.address)).toBe(minter.balance + 5n);
    expect(run(bob, token, 'allowance', alice.address, bob.address)).toEqual([2n, 0n]);
    expect(revert(bob, token, name, ...spend)).toContain('ERC20: insufficient allowance');
    expect(revert(minter, token, name, ...spend)).toContain('ERC20: insufficient allowance');
  });

  test('an unlimited allowance stays', () => {
    const most = 2n ** 128n - 1n;
    run(alice, token, 'approve', bob.address, most, most);
    run(bob, token, 'transfer_from', alice.address, bob.address, 5n, 0n);
    expect(run(bob, token, 'allowance', alice.address, bob.address)).toEqual([most, most]);
  });

  test('refuses the zero address', () => {
    expect(revert(alice, token, 'transfer', 0n, 1n, 0n)).toContain('ERC20: transfer to 0');
    expect(revert(alice, token, 'approve', 0n, 1n, 0n)).toContain('ERC20: approve to 0');
    expect(revert(minter, token, 'permissioned_mint', 0n, 1n, 0n)).toContain('ERC20: mint to 0');
    expect(revert(minter, token, 'permissioned_burn', 0n, 0n, 0n)).toContain('ERC20: burn from 0');
  });

  test('is minted and burnt by its minter alone', () => {
    const stranger = 0xabcn;
    for (const name of ['permissioned_mint', 'permissioned_burn']) {
      expect(revert(alice, token, name, alice.address, 1n, 0n)).toContain('ERC20: only the minter');
    }
    const outcome = chain.execute(minter, {
      to: token,
      name: 'permissioned_mint',
      calldata: [stranger, 5n, 1n],
    });
    expect(eventsOf(outcome, token, 'Transfer')).toEqual([
      { name: 'Transfer', keys: [0n, stranger], data: [5n, 1n] },
    ]);
    run(minter, token, 'permissioned_burn', stranger, 3n, 1n);
    expect(balance(stranger)).toBe(2n);
    expect(run(bob, token, 'total_supply')).toEqual([4n * alice.balance + 2n, 0n]);
    expect(revert(minter, token, 'permissioned_burn', stranger, 3n, 0n)).toContain(
      'ERC20: insufficient balance',
    );
  });

  test('never has a supply above 256 bits', () => {
    const most = 2n ** 128n - 1n;
    expect(revert(minter, token, 'permissioned_mint', bob.address, most, most)).toContain(
      'u256_add Overflow',
    );
  });
});

describe('udc', () => {
  // Name, symbol, decimals, supply.
  const terms = [1n, 2n, 18n, 100n, 0n];

  test.each([
    ['deploy_contract', true, 'udc'],
    ['deployContract', true, 'legacyUdc'],
    ['deploy_contract', false, 'legacyUdc'],
    ['deployContract', false, 'udc'],
  ] as const)('%s, from the caller: %s, at %s', (name, notFromZero, at) => {
    const udc = chain.genesis.addresses[at];
    const { classHash } = classes.erc20;
    const constructorCalldata = [...terms, alice.address, bob.address];
    const unique = notFromZero ? 1n : 0n;
    const outcome = chain.execute(alice, {
      to: udc,
      name,
      calldata: [classHash, 9n, unique, 7n, ...constructorCalldata],
    });
    const address = contractAddress({
      salt: notFromZero ? pedersen(alice.address, 9n) : 9n,
      classHash,
      constructorCalldata,
      deployer: notFromZero ? udc : 0n,
    });
    expect(resultsOf(outcome)).toEqual([[address]]);
    expect(eventsOf(outcome, udc, 'ContractDeployed')).toEqual([
      {
        name: 'ContractDeployed',
        keys: [],
        data: [address, alice.address, unique, classHash, 7n, ...constructorCalldata, 9n],
      },
    ]);
    expect(run(bob, address, 'balance_of', alice.address)).toEqual([100n, 0n]);
    expect(run(bob, address, 'permitted_minter')).toEqual([bob.address]);
  });

  test('deploys nothing twice, and no class that is not declared', () => {
    const { udc } = chain.genesis.addresses;
    const deploy = [classes.fibonacci.classHash, 1n, 0n, 0n] as const;
    run(alice, udc, 'deploy_contract', ...deploy);
    expect(revert(bob, udc, 'deploy_contract', ...deploy)).not.toBe('');
    expect(revert(bob, udc, 'deploy_contract', 0x123n, 1n, 0n, 0n)).not.toBe('');
  });
});

function fibonacci(n: number): Felt {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i += 1) [a, b] = [b, (a + b) % PRIME];
  return a;
}

function factorial(n: number): Felt {
  let product = 1n;
  for (let i = 2n; i <= n; i += 1n) product = (product * i) % PRIME;
  return product;
}

describe.each([
  { name: 'fibonacci', expected: fibonacci },
  { name: 'factorial', expected: factorial },
] as const)('$name', ({ name, expected }) => {
  test.each([0, 1, 2, 10, 60, 400])('of %i', (n) => {
    const at = chain.genesis.addresses[name];
    expect(run(alice, at, name, BigInt(n))).toEqual([expected(n)]);
  });

  test.each([
    ['2^32', 2n ** 32n],
    ['-1', PRIME - 1n],
  ])('refuses %s', (_, n) => {
    expect(revert(alice, chain.genesis.addresses[name], name, n)).toContain('n out of range');
  });

  test('runs out of gas for large arguments', () => {
    const { receipt } = chain.execute(alice, {
      to: chain.genesis.addresses[name],
      name,
      calldata: [2n ** 32n - 1n],
    });
    expect(receipt.status).toBe('REVERTED');
  });

  test('keeps the last recorded result', () => {
    const at = chain.genesis.addresses[name];
    expect(run(alice, at, 'last')).toEqual([0n, 0n]);
    const outcome = chain.execute(alice, { to: at, name: 'record', calldata: [20n] });
    expect(resultsOf(outcome)).toEqual([[expected(20)]]);
    expect(eventsOf(outcome, at, 'Recorded')).toEqual([
      { name: 'Recorded', keys: [20n], data: [expected(20)] },
    ]);
    expect(run(bob, at, 'last')).toEqual([20n, expected(20)]);
  });
});
