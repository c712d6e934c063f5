import { keccak256 } from '@stackctl/crypto';
import { BUILTIN_ORDER, type BuiltinName, StackError } from '@stackctl/types';
import type { BuiltinSegment } from './builtins.ts';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import {
  type Bounds,
  CALL_TYPES,
  type CallResult,
  ENTRY_POINT_TYPES,
  LAYOUTS,
  type LinkedRun,
  type Part,
  PHASES,
  type ProvenCall,
  type PublicInputs,
} from './public-inputs.ts';
import type { StoppedCall } from './verified-call.ts';

/** First bytes of a public-inputs file: its name and the version of the format. */
const MAGIC: Uint8Array = new TextEncoder().encode('stackctl-block-inputs/2\n');
const CONTEXT_DOMAIN: Uint8Array = new TextEncoder().encode('stackctl-block-proof/2\n');
const DIGEST_BYTES = 32;

/** The canonical bytes of public inputs: one record has one encoding. */
export function encodePublicInputs(inputs: PublicInputs): Uint8Array {
  const out = new ByteWriter();
  for (const byte of MAGIC) out.byte(byte);
  out.felt(inputs.chainId);
  out.integer(inputs.blockNumber);
  out.felt(inputs.blockHash);
  out.felt(inputs.parentHash);
  out.list(inputs.transactionHashes, (hash) => out.felt(hash));
  out.list(inputs.stopped, (stopped) => writeStopped(out, stopped));
  out.list(inputs.parts, (part) => writePart(out, part));
  return out.finish();
}

/**
 * Reads public inputs. Anything but the canonical encoding is refused, so that two different files
 * never mean the same.
 * @throws StackError PROOF_REJECTED
 */
export function decodePublicInputs(bytes: Uint8Array): PublicInputs {
  try {
    const input = new ByteReader(bytes);
    for (const byte of MAGIC)
      if (input.byte() !== byte) throw new Malformed('not a public-inputs file of this version');
    const inputs: PublicInputs = {
      chainId: input.felt(),
      blockNumber: input.integer(),
      blockHash: input.felt(),
      parentHash: input.felt(),
      transactionHashes: input.list(() => input.felt()),
      stopped: input.list(() => readStopped(input)),
      parts: input.list(() => readPart(input)),
    };
    input.end();
    return inputs;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new StackError('PROOF_REJECTED', { reason: `public inputs: ${error.message}` });
  }
}

/** Keccak of the whole public-inputs file: what every part of the block's proof is bound to. */
export function digestOf(encoded: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CONTEXT_DOMAIN.length + encoded.length);
  bytes.set(CONTEXT_DOMAIN);
  bytes.set(encoded, CONTEXT_DOMAIN.length);
  return keccak256(bytes);
}

/**
 * The 32 bytes that a part's proof is bound to: the digest of the public inputs, and which part it is. It is
 * the first thing that the proof's transcript absorbs, so a proof verifies as this part of these public
 * inputs or not at all.
 */
export function contextOf(digest: Uint8Array, part: number): Uint8Array {
  const bytes = new Uint8Array(DIGEST_BYTES + 4);
  bytes.set(digest);
  new DataView(bytes.buffer).setUint32(DIGEST_BYTES, part);
  return keccak256(bytes);
}

function writePart(out: ByteWriter, { calls, run, pages }: Part): void {
  out.list(calls, (call) => writeCall(out, call));
  out.byte(LAYOUTS.indexOf(run.layout));
  out.integer(run.logSteps);
  out.integer(run.finalAp);
  writeBounds(out, run.execution);
  out.list(run.builtins, (segment) => {
    out.byte(BUILTIN_ORDER.indexOf(segment.name));
    writeBounds(out, segment);
  });
  out.integer(run.builtinCosts);
  out.list(pages, (page) => {
    out.integer(page.address);
    out.list(page.values, (value) => out.felt(value));
  });
}

function readPart(input: ByteReader): Part {
  return {
    calls: input.list(() => readCall(input)),
    run: readRun(input),
    pages: input.list(() => ({
      address: input.integer(),
      values: input.list(() => input.felt()),
    })),
  };
}

function readRun(input: ByteReader): LinkedRun {
  return {
    layout: input.choice(LAYOUTS),
    logSteps: input.integer(),
    finalAp: input.integer(),
    execution: readBounds(input),
    builtins: input.list((): BuiltinSegment => {
      const name = input.choice<BuiltinName>(BUILTIN_ORDER);
      return { name, ...readBounds(input) };
    }),
    builtinCosts: input.integer(),
  };
}

function writeCall(out: ByteWriter, call: ProvenCall): void {
  out.integer(call.transaction);
  out.byte(PHASES.indexOf(call.phase));
  // 0: a transaction's own call.
  out.integer(call.parent === undefined ? 0 : call.parent + 1);
  if (call.parent !== undefined) out.integer(call.parentSyscall ?? 0);
  out.felt(call.classHash);
  out.felt(call.contractAddress);
  out.felt(call.callerAddress);
  out.byte(ENTRY_POINT_TYPES.indexOf(call.entryPointType));
  out.byte(CALL_TYPES.indexOf(call.callType));
  out.felt(call.selector);
  out.integer(call.steps);
  out.felt(call.gas);
  out.integer(call.syscalls);
  out.integer(call.calldata);
  out.integer(call.calldataEnd);
  const { result } = call;
  out.list(result.builtins, (pointer) => out.integer(pointer));
  out.felt(result.gas);
  out.integer(result.syscallsEnd);
  out.byte(result.failed ? 1 : 0);
  out.integer(result.retdata);
  out.integer(result.retdataEnd);
}

function readCall(input: ByteReader): ProvenCall {
  const [transaction, phase] = [input.integer(), input.choice(PHASES)];
  const parent = input.integer();
  const parentSyscall = parent === 0 ? undefined : input.integer();
  return {
    transaction,
    phase,
    parent: parent === 0 ? undefined : parent - 1,
    parentSyscall,
    classHash: input.felt(),
    contractAddress: input.felt(),
    callerAddress: input.felt(),
    entryPointType: input.choice(ENTRY_POINT_TYPES),
    callType: input.choice(CALL_TYPES),
    selector: input.felt(),
    steps: input.integer(),
    gas: input.felt(),
    syscalls: input.integer(),
    calldata: input.integer(),
    calldataEnd: input.integer(),
    result: readResult(input),
  };
}

function readResult(input: ByteReader): CallResult {
  return {
    builtins: input.list(() => input.integer()),
    gas: input.felt(),
    syscallsEnd: input.integer(),
    failed: input.boolean(),
    retdata: input.integer(),
    retdataEnd: input.integer(),
  };
}

function writeStopped(out: ByteWriter, { transaction, usage, reason }: StoppedCall): void {
  out.integer(transaction);
  out.integer(usage.steps);
  out.integer(usage.chargedSteps);
  out.felt(usage.sierraGas);
  out.text(reason);
}

function readStopped(input: ByteReader): StoppedCall {
  const [transaction, steps, chargedSteps] = [input.integer(), input.integer(), input.integer()];
  const usage = { steps, chargedSteps, sierraGas: input.felt() };
  return { transaction, usage, reason: input.text() };
}

function writeBounds(out: ByteWriter, bounds: Bounds): void {
  out.integer(bounds.begin);
  out.integer(bounds.stop);
}

function readBounds(input: ByteReader): Bounds {
  return { begin: input.integer(), stop: input.integer() };
}
