import type { SecurityParameters } from '@stackctl/types';
import type { Machine } from './machine.ts';
import type { Regions, Sizes } from './plan.ts';
import type { Transcript } from './transcript.ts';

/** Everything that the steps share. */
export interface Session {
  readonly machine: Machine;
  readonly sizes: Sizes;
  readonly regions: Regions;
  readonly transcript: Transcript;
  readonly security: SecurityParameters;
}
