import {
  type CairoMachine,
  finishEntryPoint,
  loadCasmClass,
  CairoMachine as Machine,
  type SyscallHandler,
  startEntryPoint,
} from '@stackctl/cairo-vm';
import { classes } from '@stackctl/contracts-l2';
import { selector as selectorOf } from '@stackctl/crypto';
import { type Felt, type InvokeTransaction, shortString } from '@stackctl/types';
import type { TracedCall } from '../../src/block-facts.ts';
import type { ReplayableCall } from '../../src/link.ts';
import type { ExecutedCalls } from '../../src/prepare.ts';
import { captureTranscript, replayTranscript } from './replay.ts';

const loaded = new Map(
  [classes.fibonacci, classes.factorial].map((contract) => [
    contract.classHash,
    loadCasmClass(contract.casm),
  ]),
);

export const lookup = (classHash: Felt) => loaded.get(classHash);

/** One transaction of the sample: an account that is not covered makes one call. */
export interface SampleCall {
  readonly contract: 'fibonacci' | 'factorial';
  readonly entry: 'record' | 'fibonacci' | 'factorial' | 'last';
  readonly argument: Felt | undefined;
}

const GAS = 10_000_000n;
const ACCOUNT = 0xacc0n;
const EXECUTE = selectorOf('__execute__');
/** Steps of the account's own call, which runs code that nobody has. */
const ROOT_STEPS = 100;

const bound = { maxAmount: 0n, maxPricePerUnit: 0n };
const TRANSACTION: InvokeTransaction = {
  type: 'INVOKE',
  version: 3n,
  senderAddress: ACCOUNT,
  calldata: [],
  signature: [],
  nonce: 0n,
  resourceBounds: { l1Gas: bound, l2Gas: bound, l1DataGas: bound },
  tip: 0n,
  paymasterData: [],
  nonceDataAvailabilityMode: 'L1',
  feeDataAvailabilityMode: 'L1',
  accountDeploymentData: [],
};

/** The account's call that makes this one. */
function rootOf(call: TracedCall): TracedCall {
  return {
    contractAddress: ACCOUNT,
    callerAddress: 0n,
    classHash: 0xc1a55n,
    entryPointType: 'EXTERNAL',
    callType: 'CALL',
    selector: EXECUTE,
    calldata: [],
    result: [],
    failed: false,
    events: [],
    messages: [],
    calls: [call],
  };
}

/** Answers storage and events the way a node does, without prices: 100 gas a syscall. */
function storageHandler(storage: Map<Felt, Felt>, events: Array<{ keys: Felt[]; data: Felt[] }>) {
  return {
    handle(vm: CairoMachine, selector: Felt, pointer) {
      const { memory } = vm;
      const gas = memory.readFelt(pointer, 1) - 100n;
      switch (selector) {
        case shortString('StorageRead'):
          memory.write(pointer, 4, gas);
          memory.write(pointer, 5, 0n);
          memory.write(pointer, 6, storage.get(memory.readFelt(pointer, 3)) ?? 0n);
          return;
        case shortString('StorageWrite'):
          storage.set(memory.readFelt(pointer, 3), memory.readFelt(pointer, 4));
          memory.write(pointer, 5, gas);
          memory.write(pointer, 6, 0n);
          return;
        case shortString('EmitEvent'): {
          const cells = [2, 3, 4, 5].map((at) => memory.read(pointer, at));
          events.push({
            keys: memory.felts(cells[0] as never, cells[1] as never),
            data: memory.felts(cells[2] as never, cells[3] as never),
          });
          memory.write(pointer, 6, gas);
          memory.write(pointer, 7, 0n);
          return;
        }
        default:
          throw new Error(`syscall 0x${selector.toString(16)} in a sample`);
      }
    },
  } satisfies SyscallHandler;
}

/** Runs the calls one by one, each on a machine of its own, as a block's executor does. */
export function executeSample(sample: readonly SampleCall[], number = 7): ExecutedCalls {
  const storage = new Map<Felt, Felt>();
  const calls: ReplayableCall[] = [];
  const traces: Array<{ execute: TracedCall }> = [];
  for (const [transaction, { contract, entry, argument }] of sample.entries()) {
    const { classHash } = classes[contract];
    const casm = lookup(classHash);
    const selector = selectorOf(entry);
    const entryPoint = casm?.entryPoints.EXTERNAL.get(selector);
    if (casm === undefined || entryPoint === undefined) throw new Error(`no ${contract}.${entry}`);
    const events: Array<{ keys: Felt[]; data: Felt[] }> = [];
    const syscalls = storageHandler(storage, events);
    const vm = new Machine(casm.program, { stepLimit: 1_000_000, syscalls });
    const calldata = argument === undefined ? [] : [argument];
    const frame = startEntryPoint(vm, entryPoint, calldata, GAS);
    vm.run();
    const { failed, retdata } = finishEntryPoint(vm, frame);
    const transcript = captureTranscript(vm.memory, frame.syscalls);
    const contractAddress = contract === 'fibonacci' ? 0xf1bn : 0xfacn;
    calls.push({
      transaction,
      phase: 'execute',
      path: [0],
      classHash,
      contractAddress,
      entryPointType: 'EXTERNAL',
      selector,
      calldata,
      gas: frame.gas,
      steps: vm.steps,
      replay: () => replayTranscript(transcript),
    });
    traces.push({
      execute: rootOf({
        contractAddress,
        callerAddress: ACCOUNT,
        classHash,
        entryPointType: 'EXTERNAL',
        callType: 'CALL',
        selector,
        calldata,
        result: retdata,
        failed,
        events: failed
          ? []
          : events.map((event, order) => ({ fromAddress: contractAddress, order, ...event })),
        messages: [],
        calls: [],
      }),
    });
  }
  return {
    facts: {
      chainId: shortString('STACKCTL'),
      header: {
        hash: 0xb10cn + BigInt(number),
        parentHash: 0xb10cn + BigInt(number) - 1n,
        number,
        timestamp: 1_700_000_000,
        sequencerAddress: 0x5e9n,
      },
      transactionHashes: sample.map((_, index) => 0x7000n + BigInt(index)),
      transactions: sample.map(() => ({ transaction: TRANSACTION })),
      traces,
    },
    executedSteps: calls.reduce((sum, call) => sum + call.steps + ROOT_STEPS, 0),
    calls,
  };
}

/** The call of a sample transaction in the traces. */
export function tracedCall(block: ExecutedCalls, transaction: number): TracedCall {
  const call = block.facts.traces[transaction]?.execute?.calls[0];
  if (call === undefined) throw new RangeError(`no transaction ${transaction}`);
  return call;
}

/** log2 of the steps, padded to a power of two: any rule will do for tests without a prover. */
export const logStepsOf = ({ steps }: { readonly steps: number }) =>
  Math.max(4, Math.ceil(Math.log2(steps)));

export const SAMPLE: readonly SampleCall[] = [
  { contract: 'fibonacci', entry: 'record', argument: 20n },
  { contract: 'factorial', entry: 'factorial', argument: 7n },
  { contract: 'fibonacci', entry: 'last', argument: undefined },
  { contract: 'fibonacci', entry: 'record', argument: 2n ** 40n }, // panics: n out of range
  { contract: 'factorial', entry: 'record', argument: 5n },
];
