import type { Felt, StateDiff, StateWitness } from '@stackctl/types';
import { array, type Codec, mapped, object, optional, required } from './core.ts';
import { bool, felt, uint } from './scalars.ts';

const storageEntry = object<{ key: Felt; value: Felt }>({
  key: required('key', felt),
  value: required('value', felt),
});
const nonce = object<{ address: Felt; nonce: Felt }>({
  contract_address: required('address', felt),
  nonce: required('nonce', felt),
});
const classAt = object<{ address: Felt; classHash: Felt }>({
  contract_address: required('address', felt),
  class_hash: required('classHash', felt),
});
const deployed = object<{ address: Felt; classHash: Felt }>({
  address: required('address', felt),
  class_hash: required('classHash', felt),
});
const declared = object<{ classHash: Felt; compiledClassHash: Felt }>({
  class_hash: required('classHash', felt),
  compiled_class_hash: required('compiledClassHash', felt),
});

interface WireStateDiff extends StateDiff {
  /** Cairo 0 classes: none on this chain. */
  readonly deprecatedClasses: readonly Felt[];
  /** Classes whose compiled class hash moved to Blake: none, all are declared with it. */
  readonly migratedClasses?: ReadonlyArray<{ classHash: Felt; compiledClassHash: Felt }>;
}

/** STATE_DIFF */
export const stateDiff: Codec<StateDiff> = mapped(
  object<WireStateDiff>({
    storage_diffs: required(
      'storage',
      array(
        object<StateDiff['storage'][number]>({
          address: required('address', felt),
          storage_entries: required('entries', array(storageEntry)),
        }),
      ),
    ),
    deprecated_declared_classes: required('deprecatedClasses', array(felt)),
    declared_classes: required('declaredClasses', array(declared)),
    migrated_compiled_classes: optional('migratedClasses', array(declared)),
    deployed_contracts: required('deployedContracts', array(deployed)),
    replaced_classes: required('replacedClasses', array(classAt)),
    nonces: required('nonces', array(nonce)),
  }),
  ({ deprecatedClasses: _none, migratedClasses: _noneEither, ...diff }) => diff,
  (diff) => ({ ...diff, deprecatedClasses: [], migratedClasses: [] }),
);

/** STATE_UPDATE; a pre-confirmed one has neither block hash nor new root. */
export interface StateUpdate {
  readonly blockHash?: Felt;
  readonly oldRoot: Felt;
  readonly newRoot?: Felt;
  readonly stateDiff: StateDiff;
}

export const stateUpdate = object<StateUpdate>({
  block_hash: optional('blockHash', felt),
  old_root: required('oldRoot', felt),
  new_root: optional('newRoot', felt),
  state_diff: required('stateDiff', stateDiff),
});

const witnessStorage = object<StateWitness['storage'][number]>({
  contract_address: required('address', felt),
  key: required('key', felt),
  value: required('value', felt),
});

/** stackctl_getBlockWitness: what executing the block read from its parent's state. */
export const stateWitness = object<StateWitness>({
  storage: required('storage', array(witnessStorage)),
  nonces: required('nonces', array(nonce)),
  class_hashes: required('classHashes', array(classAt)),
  compiled_class_hashes: required('compiledClassHashes', array(declared)),
});

/** INITIAL_READS: the same facts in the form of the specification. */
export interface InitialReads {
  readonly storage: StateWitness['storage'];
  readonly nonces: StateWitness['nonces'];
  readonly classHashes: StateWitness['classHashes'];
  readonly declaredContracts: ReadonlyArray<{ classHash: Felt; isDeclared: boolean }>;
}

export const initialReads = object<InitialReads>({
  storage: required('storage', array(witnessStorage)),
  nonces: required('nonces', array(nonce)),
  class_hashes: required('classHashes', array(classAt)),
  declared_contracts: required(
    'declaredContracts',
    array(
      object<{ classHash: Felt; isDeclared: boolean }>({
        class_hash: required('classHash', felt),
        is_declared: required('isDeclared', bool),
      }),
    ),
  ),
});

/** STORAGE_RESULT or the bare value, depending on the flags of the request. */
export interface StorageResult {
  readonly value: Felt;
  readonly lastUpdateBlock?: number;
}

const flaggedStorage = object<Required<StorageResult>>({
  value: required('value', felt),
  last_update_block: required('lastUpdateBlock', uint),
});

export const storageResult: Codec<StorageResult> = {
  expected: `${felt.expected}, or ${flaggedStorage.expected}`,
  decode: (value) =>
    typeof value === 'string' ? { value: felt.decode(value) } : flaggedStorage.decode(value),
  encode: ({ value, lastUpdateBlock }) =>
    lastUpdateBlock === undefined
      ? felt.encode(value)
      : flaggedStorage.encode({ value, lastUpdateBlock }),
};
