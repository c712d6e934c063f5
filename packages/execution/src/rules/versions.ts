import { V0_14_1 } from './v0-14-1.ts';
import { V0_14_2 } from './v0-14-2.ts';
import type { VersionedConstants } from './versioned-constants.ts';

const TABLES: ReadonlyMap<string, VersionedConstants> = new Map(
  [V0_14_1, V0_14_2].map((table) => [table.version, table]),
);

/** The numbers of a block's `starknetVersion`; undefined for a version that is not known here. */
export function versionedConstants(starknetVersion: string): VersionedConstants | undefined {
  return TABLES.get(starknetVersion);
}
