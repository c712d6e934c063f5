import { keccak256 } from '@stackctl/crypto';
import { StackError } from '@stackctl/types';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import {
  type Bounds,
  type CallResult,
  type CoveredCall,
  ENTRY_POINT_TYPES,
  PHASES,
  type PublicInputs,
} from './public-inputs.ts';

/** First bytes of a public-inputs file: its name and the version of the format. */
const MAGIC: Uint8Array = new TextEncoder().encode('stackctl-block-inputs/1\n');
const CONTEXT_DOMAIN: Uint8Array = new TextEncoder().encode('stackctl-block-proof/1\n');

/** The canonical bytes of public inputs: one record has one encoding. */
export function encodePublicInputs(inputs: PublicInputs): Uint8Array {
  const out = new ByteWriter();
  for (const byte of MAGIC) out.byte(byte);
  out.felt(inputs.chainId);
  out.integer(inputs.blockNumber);
  out.felt(inputs.blockHash);
  out.felt(inputs.parentHash);
  out.list(inputs.transactionHashes, (hash) => out.felt(hash));
  out.integer(inputs.executedSteps);
  out.list(inputs.calls, (call) => writeCall(out, call));
  const { run } = inputs;
  out.integer(run.logSteps);
  out.integer(run.finalAp);
  writeBounds(out, run.execution);
  writeBounds(out, run.rangeCheck);
  out.integer(run.builtinCosts);
  out.list(inputs.pages, (page) => {
    out.integer(page.address);
    out.list(page.values, (value) => out.felt(value));
  });
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
      executedSteps: input.integer(),
      calls: input.list(() => readCall(input)),
      run: {
        logSteps: input.integer(),
        finalAp: input.integer(),
        execution: readBounds(input),
        rangeCheck: readBounds(input),
        builtinCosts: input.integer(),
      },
      pages: input.list(() => ({
        address: input.integer(),
        values: input.list(() => input.felt()),
      })),
    };
    input.end();
    return inputs;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new StackError('PROOF_REJECTED', { reason: `public inputs: ${error.message}` });
  }
}

/**
 * The 32 bytes that a block's proof is bound to: keccak of the whole public-inputs file. It is the first
 * thing the proof's transcript absorbs, so a proof verifies with these public inputs or with none.
 */
export function contextOf(encoded: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CONTEXT_DOMAIN.length + encoded.length);
  bytes.set(CONTEXT_DOMAIN);
  bytes.set(encoded, CONTEXT_DOMAIN.length);
  return keccak256(bytes);
}

function writeCall(out: ByteWriter, call: CoveredCall): void {
  out.integer(call.transaction);
  out.byte(PHASES.indexOf(call.phase));
  out.list(call.path, (index) => out.integer(index));
  out.felt(call.classHash);
  out.felt(call.contractAddress);
  out.byte(ENTRY_POINT_TYPES.indexOf(call.entryPointType));
  out.felt(call.selector);
  out.integer(call.steps);
  out.felt(call.gas);
  out.integer(call.syscalls);
  out.integer(call.calldata);
  out.integer(call.calldataEnd);
  const { result } = call;
  out.byte(result.rangeCheckEnd === undefined ? 0 : 1);
  if (result.rangeCheckEnd !== undefined) out.integer(result.rangeCheckEnd);
  out.felt(result.gas);
  out.integer(result.syscallsEnd);
  out.byte(result.failed ? 1 : 0);
  out.integer(result.retdata);
  out.integer(result.retdataEnd);
}

function readCall(input: ByteReader): CoveredCall {
  return {
    transaction: input.integer(),
    phase: input.choice(PHASES),
    path: input.list(() => input.integer()),
    classHash: input.felt(),
    contractAddress: input.felt(),
    entryPointType: input.choice(ENTRY_POINT_TYPES),
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
  const rangeCheckEnd = input.boolean() ? input.integer() : undefined;
  const rest: Omit<CallResult, 'rangeCheckEnd'> = {
    gas: input.felt(),
    syscallsEnd: input.integer(),
    failed: input.boolean(),
    retdata: input.integer(),
    retdataEnd: input.integer(),
  };
  return rangeCheckEnd === undefined ? rest : { rangeCheckEnd, ...rest };
}

function writeBounds(out: ByteWriter, bounds: Bounds): void {
  out.integer(bounds.begin);
  out.integer(bounds.stop);
}

function readBounds(input: ByteReader): Bounds {
  return { begin: input.integer(), stop: input.integer() };
}
