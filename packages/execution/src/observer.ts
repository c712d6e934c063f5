import type { BuiltinName, EntryPointType, Felt } from '@stackctl/types';
import type { CellValue } from './syscalls/cells.ts';

/** Why an entry point was run. `call` is a read outside any transaction. */
export type CallPhase =
  | 'validate'
  | 'execute'
  | 'constructor'
  | 'l1_handler'
  | 'fee_transfer'
  | 'call';

/** Instances used, by builtin. */
export type BuiltinUses = Readonly<Partial<Record<BuiltinName, number>>>;

/** What a call that was stopped had used, with the calls in it: what its transaction is charged for. */
export interface MeteredUsage {
  /** Cairo steps of all of them. */
  readonly steps: number;
  /** Steps of the step-counted ones. */
  readonly chargedSteps: number;
  /** Gas that gas-counted ones had spent when the last of them made a syscall. */
  readonly sierraGas: bigint;
}

/** One syscall of a call: its request behind the gas cell, and its response. */
export interface SyscallRecord {
  /** The syscall's name in ASCII. */
  readonly selector: Felt;
  /** Gas in the request. */
  readonly gas: bigint;
  /** The request's cells behind selector and gas; a range is two cells. */
  readonly request: readonly CellValue[];
  /** Gas in the response. */
  readonly gasLeft: bigint;
  readonly failed: boolean;
  /** The response's cells behind gas and failure flag; of a failure one range. */
  readonly response: readonly CellValue[];
  /** Index of the call that this syscall made, if it made one. */
  readonly call: number | undefined;
}

/**
 * One run of an entry point, as block-proof needs it to run the same code again with the same
 * answers. Calls are numbered in the order in which they start.
 */
export interface CallRecord {
  /** Number of the call in its block. */
  readonly index: number;
  /** The call whose syscall made this one; undefined for a transaction's own calls. */
  readonly parent: number | undefined;
  readonly txIndex: number;
  readonly phase: CallPhase;
  readonly classHash: Felt;
  readonly contractAddress: Felt;
  readonly callerAddress: Felt;
  readonly entryPointType: EntryPointType;
  readonly callType: 'CALL' | 'DELEGATE';
  readonly selector: Felt;
  /** Offset of the entry point in the class's bytecode. */
  readonly entryOffset: number;
  readonly builtins: readonly BuiltinName[];
  readonly calldata: readonly Felt[];
  /** Budget of the call; its stack gets it less the entry point's initial budget (10,000). */
  readonly initialGas: bigint;
  /** Gas that it returned. */
  readonly gasLeft: bigint;
  /** Cairo steps of this call alone. */
  readonly steps: number;
  /** Instances of builtins that its own code used; those that it did not use are absent. */
  readonly builtinUses: BuiltinUses;
  /** Returned with the panic flag. */
  readonly failed: boolean;
  /** The machine stopped it (or a call inside it): there is no return to prove. */
  readonly aborted: boolean;
  readonly retdata: readonly Felt[];
  readonly syscalls: readonly SyscallRecord[];
  /** Of a transaction's own call that was stopped: what it and the calls in it were metered as. */
  readonly stoppedUsage?: MeteredUsage;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** A call that is running: its results come later. */
export type OpenCall = Mutable<Omit<CallRecord, 'syscalls'>> & {
  readonly syscalls: SyscallRecord[];
};

/** Collects the calls of one transaction; they are handed on when it enters the block. */
export class CallRecorder {
  readonly #calls: OpenCall[] = [];
  readonly #txIndex: number;
  readonly #firstIndex: number;

  constructor(txIndex: number, firstIndex: number) {
    this.#txIndex = txIndex;
    this.#firstIndex = firstIndex;
  }

  start(
    call: Omit<
      CallRecord,
      | 'index'
      | 'txIndex'
      | 'gasLeft'
      | 'steps'
      | 'builtinUses'
      | 'failed'
      | 'aborted'
      | 'retdata'
      | 'syscalls'
      | 'stoppedUsage'
    >,
  ): OpenCall {
    const record: OpenCall = {
      ...call,
      index: this.#firstIndex + this.#calls.length,
      txIndex: this.#txIndex,
      gasLeft: call.initialGas,
      steps: 0,
      builtinUses: {},
      failed: false,
      aborted: true,
      retdata: [],
      syscalls: [],
    };
    this.#calls.push(record);
    return record;
  }

  get calls(): readonly CallRecord[] {
    return this.#calls;
  }
}
