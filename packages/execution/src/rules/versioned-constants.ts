import type { BuiltinName, GasVector } from '@stackctl/types';
import type { VmResources } from './vm-resources.ts';

/** What uses of it are charged for; the protocol's own program has one builtin that contracts lack. */
export type ChargedBuiltin = BuiltinName | 'keccak';

/** A non-negative rational, as the protocol writes fractions of L1 gas. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Resources that grow with a length: `constant + ceil(length * each / per)`. */
export interface LinearResources {
  readonly constant: VmResources;
  /** For every `per` felts (or rounds). */
  readonly each?: VmResources;
  /** Default 1. */
  readonly per?: number;
}

/** Syscalls of contracts, by the name that their selector spells. */
export const SYSCALL_NAMES = [
  'CallContract',
  'Deploy',
  'EmitEvent',
  'GetBlockHash',
  'GetClassHashAt',
  'GetExecutionInfo',
  'Keccak',
  'LibraryCall',
  'MetaTxV0',
  'ReplaceClass',
  'Secp256k1Add',
  'Secp256k1GetPointFromX',
  'Secp256k1GetXy',
  'Secp256k1Mul',
  'Secp256k1New',
  'Secp256r1Add',
  'Secp256r1GetPointFromX',
  'Secp256r1GetXy',
  'Secp256r1Mul',
  'Secp256r1New',
  'SendMessageToL1',
  'Sha256ProcessBlock',
  'StorageRead',
  'StorageWrite',
] as const;
export type SyscallName = (typeof SYSCALL_NAMES)[number];

export type TransactionType = 'INVOKE' | 'DECLARE' | 'DEPLOY_ACCOUNT' | 'L1_HANDLER';

/**
 * The numbers that one version of Starknet charges and limits by: the part of its published versioned
 * constants that transactions of version 3, Cairo 1 classes and blob data availability go by.
 * Gas is L2 gas where not said otherwise.
 */
export interface VersionedConstants {
  readonly version: string;
  readonly limits: {
    /** Steps of all step-counted calls of a phase. */
    readonly validateSteps: number;
    readonly executeSteps: number;
    /** Gas of all gas-counted calls of a phase. */
    readonly validateGas: bigint;
    readonly executeGas: bigint;
    /** Calls within calls within calls. */
    readonly callDepth: number;
    readonly events: number;
    readonly eventKeys: number;
    readonly eventData: number;
    /** What the handler of one message from L1 may use; more reverts it. */
    readonly l1Handler: GasVector;
  };
  /** What is kept for ever. */
  readonly archival: {
    /** Calldata, signature, event data. */
    readonly gasPerDataFelt: bigint;
    /** An event key counts as so many felts of data. */
    readonly eventKeyFactor: bigint;
    readonly gasPerCodeByte: bigint;
    /** Of a transaction that carries proof facts. */
    readonly gasPerProof: bigint;
  };
  /** A storage cell that turns from zero to another value. */
  readonly allocation: GasVector;
  /** Prices of Cairo resources in L1 gas: of steps and builtins the dearest is charged. */
  readonly l1GasPer: {
    readonly step: Ratio;
    /** The arena is no builtin of the prover: its instances count as steps. */
    readonly builtins: Readonly<Record<Exclude<ChargedBuiltin, 'segment_arena'>, Ratio>>;
  };
  /** Prices in gas-counted code. */
  readonly gasPer: {
    readonly step: bigint;
    readonly memoryHole: bigint;
    /** The arena has no price. */
    readonly builtins: Readonly<Record<Exclude<ChargedBuiltin, 'segment_arena'>, bigint>>;
    /** Of the BLAKE2s instruction. */
    readonly blake: bigint;
  };
  /** Charged by compiled code before every syscall: no syscall costs less. */
  readonly syscallBaseGas: bigint;
  /** Taken off a call's gas before it starts; code that needs less puts the rest back. */
  readonly entryPointGas: bigint;
  /** Gas that a step-counted call gets: as good as no limit. */
  readonly stepCountedGas: bigint;
  /** First Sierra version whose calls are charged by gas. */
  readonly sierraGasVersion: readonly [major: number, minor: number, patch: number];
  /** What the operating system spends on a syscall, beside the calls that it makes. */
  readonly syscalls: Readonly<Record<SyscallName, LinearResources>>;
  /** What it spends on a transaction beside its calls, by felts of calldata and proof facts. */
  readonly transactions: Readonly<Record<TransactionType, LinearResources>>;
  /** What it spends on committing to a felt of published state, beside hashing it. */
  readonly kzgCommitmentPerFelt: VmResources;
}
