import type { SegmentName } from '@stackctl/types';

/** The segment names in the order of their codes. */
export const SEGMENT_NAMES: readonly SegmentName[] = [
  'program',
  'execution',
  'output',
  'pedersen',
  'range_check',
  'bitwise',
  'ec_op',
  'poseidon',
  'range_check96',
  'add_mod',
  'mul_mod',
];

/** The codes from here on are those of builtins. */
export const FIRST_BUILTIN = 3;
