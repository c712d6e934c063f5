import { isStackError } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { parseGenesis } from '../src/genesis/genesis-file.ts';

const content = {
  runId: 'run',
  chainId: '0x535441434b43544c',
  timestamp: 1_700_000_000,
  seed: '0',
  accounts: 10,
  initialBalance: '1000000000000000000000',
  blockTimeMs: 1000,
  validators: [
    { name: 'sequencer-0', publicKey: 'a'.repeat(64), power: 1, address: '0x1' },
    { name: 'sequencer-1', publicKey: 'b'.repeat(64), power: 1, address: '0x2' },
  ],
  l1: { chainId: 31337 },
};

describe('genesis file', () => {
  it('is read into a record', () => {
    expect(parseGenesis(content, 'g')).toMatchObject({
      runId: 'run',
      initialBalance: 10n ** 21n,
      validators: [{ name: 'sequencer-0', address: 1n }, { address: 2n }],
      l1ChainId: 31337,
    });
  });

  it('has a digest of its content, not of its layout', () => {
    const { digest } = parseGenesis(content, 'g');
    const reordered = Object.fromEntries(Object.entries(content).reverse());
    expect(parseGenesis(reordered, 'g').digest).toEqual(digest);
    expect(parseGenesis({ ...content, seed: '1' }, 'g').digest).not.toEqual(digest);
    expect(parseGenesis({ ...content, runId: 'other' }, 'g').digest).not.toEqual(digest);
  });

  it.each([
    ['runId', { runId: '' }],
    ['chainId', { chainId: 5 }],
    ['initialBalance', { initialBalance: '-1' }],
    ['validators', { validators: [] }],
    ['validators.0.publicKey', { validators: [{ ...content.validators[0], publicKey: 'x' }] }],
    ['validators.0.power', { validators: [{ ...content.validators[0], power: 0 }] }],
    ['validators', { validators: [content.validators[0], content.validators[0]] }],
    ['l1.chainId', { l1: {} }],
  ])('names %s when it is wrong', (key, change) => {
    try {
      parseGenesis({ ...content, ...change }, 'genesis.json');
      expect.unreachable();
    } catch (error) {
      expect(isStackError(error, 'CONFIG_INVALID') && error.facts).toMatchObject({
        file: 'genesis.json',
        key,
      });
    }
  });
});
