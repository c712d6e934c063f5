import { blockId, finishedBlockId } from '../codec/block-id.ts';
import { array, type Codec, object, oneOf, required } from '../codec/core.ts';
import { type FeeEstimate, feeEstimate } from '../codec/fee.ts';
import { felt } from '../codec/scalars.ts';
import { type InitialReads, initialReads } from '../codec/state.ts';
import { type RpcTransactionTrace, transactionTrace } from '../codec/trace.ts';
import { broadcasted } from '../codec/transaction.ts';
import { method, optionalParam, param } from './method.ts';

export interface SimulatedTransaction {
  readonly trace: RpcTransactionTrace;
  readonly fee: FeeEstimate;
}

export interface TracedTransaction {
  readonly hash: bigint;
  readonly trace: RpcTransactionTrace;
}

/** A list; together with the initial reads when RETURN_INITIAL_READS asked for them. */
export interface WithInitialReads<T> {
  readonly items: readonly T[];
  readonly initialReads?: InitialReads;
}

function withInitialReads<T>(item: Codec<T>, member: string): Codec<WithInitialReads<T>> {
  const items = array(item);
  const both = object<Required<WithInitialReads<T>>>({
    [member]: required('items', items),
    initial_reads: required('initialReads', initialReads),
  });
  return {
    expected: items.expected,
    decode: (value) => (Array.isArray(value) ? { items: items.decode(value) } : both.decode(value)),
    encode: (record) =>
      record.initialReads === undefined
        ? items.encode(record.items)
        : both.encode({ items: record.items, initialReads: record.initialReads }),
  };
}

const traceFlags = array(oneOf('RETURN_INITIAL_READS'));

/** starknet_trace_api_openrpc.json, in its order. */
export const TRACE_METHODS = {
  starknet_traceTransaction: method({ transaction_hash: param(felt) }, transactionTrace),
  starknet_simulateTransactions: method(
    {
      block_id: param(blockId),
      transactions: param(array(broadcasted, { max: 128 })),
      simulation_flags: param(
        array(oneOf('SKIP_VALIDATE', 'SKIP_FEE_CHARGE', 'RETURN_INITIAL_READS')),
      ),
      // Not in the specification: starknet.js 10 asks for the initial reads this way.
      trace_flags: optionalParam(traceFlags),
    },
    withInitialReads(
      object<SimulatedTransaction>({
        transaction_trace: required('trace', transactionTrace),
        fee_estimation: required('fee', feeEstimate),
      }),
      'simulated_transactions',
    ),
  ),
  starknet_traceBlockTransactions: method(
    { block_id: param(finishedBlockId), trace_flags: optionalParam(traceFlags) },
    withInitialReads(
      object<TracedTransaction>({
        transaction_hash: required('hash', felt),
        trace_root: required('trace', transactionTrace),
      }),
      'traces',
    ),
  ),
} as const;
