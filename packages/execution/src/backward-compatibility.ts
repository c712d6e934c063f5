/**
 * Accounts of before transaction version 3 and of before three kinds of gas: they refuse what they do
 * not know, so the protocol shows them what they do. (Starknet's versioned constants:
 * `v1_bound_accounts_cairo1`, `v1_bound_accounts_max_tip`, `data_gas_accounts`.)
 */
import { type Felt, shortString } from '@stackctl/types';
import { QUERY_VERSION_BASE } from './constants.ts';
import type { TransactionInfo } from './context.ts';

/** Classes of accounts that know version 1 as the latest. */
const V1_BOUND_ACCOUNTS: ReadonlySet<Felt> = new Set([
  0x01a736d6ed154502257f02b1ccdf4d9d1089f80811cd6acad48e6b6a9d1f2003n,
  0x0737ee2f87ce571a58c6c8da558ec18a07ceb64a6172d5ec46171fbc80077a48n,
  0x05400e90f7e0ae78bd02c77cd75527280470e2fe19c54970dd79dc37a9d3645cn,
  0x04c6d6cf894f8bc96bb9c525e6853e5483177841f7388f74a46cfda6f028c755n,
  0x01c0bb51e2ce73dc007601a1e7725453627254016c28f118251a71bbb0507fcbn,
  0x0251830adc3d8b4d818c2c309d71f1958308e8c745212480c26e01120c69ee49n,
  0x0251cac7b2f45d255b83b7a06dcdef70c8a8752f00ea776517c1c2243c7a06e5n,
]);
/** With a higher tip than this (per unit of gas) they are shown version 3, and refuse it. */
const V1_BOUND_MAX_TIP = 0x746a5288000n;

/** Classes of accounts that expect the bounds of L1 gas and L2 gas, and no more. */
const TWO_BOUNDS_ACCOUNTS: ReadonlySet<Felt> = new Set([
  0x02c8c7e6fbcfb3e8e15a46648e8914c6aa1fc506fc1e7fb3d1e19630716174bcn,
  0x00816dd0297efc55dc1e7559020a3a825e81ef734b558f03c83325d4da7e6253n,
  0x041bf1e71792aecb9df3e9d04e1540091c5e13122a731e02bec588f71dc1a5c3n,
  0x6d612cac7690e6620055c617a83a5a0b43b9758d9d30f281ddbc77be1651a70n,
]);

const L1_DATA = shortString('L1_DATA');

/** Version of the transaction as code of that class is told it. */
export function versionSeenBy(classHash: Felt, { version, tip }: TransactionInfo): Felt {
  if (!V1_BOUND_ACCOUNTS.has(classHash) || tip > V1_BOUND_MAX_TIP) return version;
  if (version === 3n) return 1n;
  return version === QUERY_VERSION_BASE + 3n ? QUERY_VERSION_BASE + 1n : version;
}

/** Resource bounds as code of that class is told them. */
export function boundsSeenBy(
  classHash: Felt,
  { resourceBounds }: TransactionInfo,
): TransactionInfo['resourceBounds'] {
  if (!TWO_BOUNDS_ACCOUNTS.has(classHash)) return resourceBounds;
  return resourceBounds.filter(([resource]) => resource !== L1_DATA);
}
