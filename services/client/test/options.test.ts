import { isStackError } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { type Options, parseAccounts, parseOptions } from '../src/options.ts';

const CONTRACTS = { FIBONACCI_ADDRESS: '0x00f1', FACTORIAL_ADDRESS: '0xfa' };

function parse(...argv: string[]): Options {
  const options = parseOptions(argv, CONTRACTS);
  if (options === 'help') throw new Error('help');
  return options;
}

function refused(argv: string[], env: Record<string, string> = CONTRACTS): boolean {
  try {
    parseOptions(argv, env);
    return false;
  } catch (error) {
    return isStackError(error, 'USAGE');
  }
}

describe('parseOptions', () => {
  it('has defaults that run against a default stack', () => {
    expect(parse()).toEqual({
      load: {
        rate: 20,
        duration: 10,
        seed: 1,
        mix: { fibonacci: 1, factorial: 1, erc20: 1 },
        max: { fibonacci: 50, factorial: 20, erc20: 1000 },
      },
      rpcUrls: ['http://127.0.0.1:5050'],
      accountsFile: undefined,
      contracts: {
        fibonacci: '0xf1',
        factorial: '0xfa',
        erc20: '0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d',
      },
      inclusionTimeout: 60,
      signer: 'starknet.js',
      json: false,
    });
  });

  it('reads the flags that stackctl spam passes', () => {
    const line =
      '--rate 2.5 --duration 3 --mix fibonacci=3,erc20 --seed 9 --json --fib-max 7 --rpc http://127.0.0.1:1,http://127.0.0.1:2/rpc';
    const options = parse(...line.split(' '));
    expect(options.load).toMatchObject({
      rate: 2.5,
      duration: 3,
      seed: 9,
      mix: { fibonacci: 3, factorial: 0, erc20: 1 },
    });
    expect(options.load.max.fibonacci).toBe(7);
    expect(options.rpcUrls).toEqual(['http://127.0.0.1:1', 'http://127.0.0.1:2/rpc']);
    expect(options.json).toBe(true);
  });

  it.each([
    ['an unknown flag', ['--bogus']],
    ['a rate of zero', ['--rate', '0']],
    ['a rate that is no number', ['--rate', 'fast']],
    ['an empty rate', ['--rate', '']],
    ['a negative duration', ['--duration=-1']],
    ['a fractional seed', ['--seed', '1.5']],
    ['an unknown kind', ['--mix', 'swap=1']],
    ['a negative weight', ['--mix', 'fibonacci=-1']],
    ['weights of zero only', ['--mix', 'fibonacci=0']],
    ['a URL that is none', ['--rpc', 'localhost']],
    ['an address that is none', ['--fibonacci', '0xzz']],
    ['an address of zero', ['--fibonacci', '0x0']],
  ])('refuses %s', (_name, argv) => {
    expect(refused(argv)).toBe(true);
  });

  it('needs a contract only for the kinds of the mix', () => {
    expect(refused(['--mix', 'fibonacci=1'], {})).toBe(true);
    expect(refused(['--mix', 'erc20=1'], {})).toBe(false);
  });
});

describe('parseAccounts', () => {
  it('reads the genesis and the devnet shape', () => {
    const expected = [{ address: '0x1', privateKey: '0x2' }];
    expect(parseAccounts({ accounts: [{ address: '0x01', privateKey: '0x2' }] }, 'f')).toEqual(
      expected,
    );
    expect(parseAccounts([{ address: '0x1', private_key: '0x2' }], 'f')).toEqual(expected);
  });

  it.each([[[]], [{}], [null], [[{ address: '0x1' }]], [[{ address: 1, privateKey: '0x2' }]]])(
    'refuses %j',
    (json) => {
      expect(() => parseAccounts(json, 'f')).toThrow();
    },
  );
});
