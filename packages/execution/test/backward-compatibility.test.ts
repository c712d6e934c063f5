import { shortString } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { boundsSeenBy, versionSeenBy } from '../src/backward-compatibility.ts';
import { QUERY_VERSION_BASE } from '../src/constants.ts';
import type { TransactionInfo } from '../src/context.ts';
import { NO_TRANSACTION } from '../src/transactions/info.ts';

/** OpenZeppelin's account 0.8.0: knows transactions of version 1 only. */
const V1_BOUND = 0x05400e90f7e0ae78bd02c77cd75527280470e2fe19c54970dd79dc37a9d3645cn;
const TWO_BOUNDS = 0x00816dd0297efc55dc1e7559020a3a825e81ef734b558f03c83325d4da7e6253n;
const MAX_TIP = 0x746a5288000n;

const info = (version: bigint, tip = 0n): TransactionInfo => ({
  ...NO_TRANSACTION,
  version,
  tip,
  resourceBounds: ['L1_GAS', 'L2_GAS', 'L1_DATA'].map((name) => [shortString(name), 1n, 2n]),
});

describe('accounts of before transaction version 3', () => {
  it.each([
    ['see version 1', V1_BOUND, info(3n), 1n],
    [
      'see its query as one of version 1',
      V1_BOUND,
      info(QUERY_VERSION_BASE + 3n),
      QUERY_VERSION_BASE + 1n,
    ],
    ['up to a tip', V1_BOUND, info(3n, MAX_TIP), 1n],
    ['and no higher one', V1_BOUND, info(3n, MAX_TIP + 1n), 3n],
    ['see no transaction as none', V1_BOUND, info(0n), 0n],
    ['are these, and no other', V1_BOUND + 1n, info(3n), 3n],
  ])('%s', (_, classHash, transaction, version) => {
    expect(versionSeenBy(classHash, transaction)).toBe(version);
  });
});

describe('accounts of before three kinds of gas', () => {
  it('see the bounds of two; others see all', () => {
    const { resourceBounds } = info(3n);
    expect(boundsSeenBy(TWO_BOUNDS, info(3n))).toEqual(resourceBounds.slice(0, 2));
    expect(boundsSeenBy(V1_BOUND, info(3n))).toEqual(resourceBounds);
  });
});
