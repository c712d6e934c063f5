import type { CasmClassJson, EntryPointType, SierraClassJson } from '@stackctl/types';
import { array, type Codec, json, Malformed, object, optional, required } from './core.ts';
import { felt, text, uint } from './scalars.ts';

const sierraEntryPoints = array(
  object<{ selector: bigint; function_idx: number }>({
    selector: required('selector', felt),
    function_idx: required('function_idx', uint),
  }),
);

const entryPointsByType = object<Record<EntryPointType, unknown>>({
  CONSTRUCTOR: required('CONSTRUCTOR', sierraEntryPoints),
  EXTERNAL: required('EXTERNAL', sierraEntryPoints),
  L1_HANDLER: required('L1_HANDLER', sierraEntryPoints),
});

const shape = object<{
  sierra_program: readonly bigint[];
  contract_class_version: string;
  entry_points_by_type: unknown;
  abi?: string;
}>({
  sierra_program: required('sierra_program', array(felt)),
  contract_class_version: required('contract_class_version', text),
  entry_points_by_type: required('entry_points_by_type', entryPointsByType),
  abi: optional('abi', text),
});

/**
 * CONTRACT_CLASS (Sierra). Checked member by member, but handed on as the JSON it came as: a
 * class's hash depends on the very text of its ABI. (Compiler output has a list there, which
 * packages/state knows how to write.)
 */
export const sierraClass: Codec<SierraClassJson> = {
  expected: shape.expected,
  decode(value) {
    shape.decode(value);
    return value as SierraClassJson;
  },
  encode: (value) => value,
};

/**
 * CASM_COMPILED_CONTRACT_CLASS. The specification knows no members beyond these, and asks for
 * `bytecode_segment_lengths` as a flat list: deeper trees (never seen in practice) are left out.
 */
export const casmClass: Codec<CasmClassJson> = {
  expected: 'a compiled contract class',
  decode(value) {
    if (typeof value !== 'object' || value === null || !('bytecode' in value))
      throw new Malformed(this.expected, value);
    return value as CasmClassJson;
  },
  encode(value) {
    const lengths = value.bytecode_segment_lengths;
    return {
      prime: value.prime,
      compiler_version: value.compiler_version,
      bytecode: value.bytecode,
      hints: value.hints,
      entry_points_by_type: value.entry_points_by_type,
      ...(Array.isArray(lengths) &&
        lengths.every((each) => typeof each === 'number') && { bytecode_segment_lengths: lengths }),
    };
  },
};

export const anyJson: Codec<unknown> = json('a JSON value', (value) => value !== undefined);
