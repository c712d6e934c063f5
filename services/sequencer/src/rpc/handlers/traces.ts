import {
  type Handlers,
  type InitialReads,
  type RpcTransactionTrace,
  rpcError,
} from '@stackctl/rpc';
import type { Receipt, StateWitness, TransactionTrace } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { PreConfirmed } from '../../execution/pre-confirmed.ts';
import type { Pool } from '../../mempool/pool.ts';
import { resolveState } from '../block-id.ts';

export interface TraceHandlersOptions {
  readonly chain: ChainView;
  readonly pool: Pick<Pool, 'get'>;
  readonly preConfirmed: Pick<PreConfirmed, 'peek'>;
}

/** Traces of transactions, as they were recorded when their block was executed. */
export function traceHandlers({ chain, pool, preConfirmed }: TraceHandlersOptions): Handlers {
  const traces = (number: number): RpcTransactionTrace[] => {
    const receipts = chain.blocks.receipts(number);
    return chain.blocks
      .traces(number)
      .map((trace, index) => rpcTrace(trace, receipts[index] as Receipt));
  };

  return {
    starknet_traceTransaction: ({ transaction_hash }) => {
      const place = chain.blocks.placeOf(transaction_hash);
      const trace = place && traces(place.block)[place.index];
      if (trace !== undefined) return trace;
      const block = preConfirmed.peek();
      const index = block?.indexOf(transaction_hash);
      if (block !== undefined && index !== undefined)
        return rpcTrace(block.traces[index] as TransactionTrace, block.receipts[index] as Receipt);
      throw pool.get(transaction_hash) === undefined
        ? rpcError('TXN_HASH_NOT_FOUND')
        : rpcError('NO_TRACE_AVAILABLE', { status: 'RECEIVED' });
    },
    starknet_traceBlockTransactions: ({ block_id, trace_flags = [] }) => {
      const { number } = resolveState(chain, block_id);
      const hashes = chain.blocks.transactionHashes(number);
      const items = traces(number).map((trace, index) => ({
        hash: hashes[index] as bigint,
        trace,
      }));
      return trace_flags.includes('RETURN_INITIAL_READS')
        ? { items, initialReads: initialReads(chain.blocks.witness(number)) }
        : { items };
    },
    stackctl_getBlockWitness: ({ block_id }) =>
      chain.blocks.witness(resolveState(chain, block_id).number),
  };
}

/** A trace with the gas that its receipt knows. */
export function rpcTrace(
  trace: TransactionTrace,
  { gas }: Pick<Receipt, 'gas'>,
): RpcTransactionTrace {
  return { ...trace, gas };
}

export function initialReads(witness: StateWitness): InitialReads {
  const { storage, nonces, classHashes, compiledClassHashes } = witness;
  return {
    storage,
    nonces,
    classHashes,
    declaredContracts: compiledClassHashes.map(({ classHash, compiledClassHash }) => ({
      classHash,
      isDeclared: compiledClassHash !== 0n,
    })),
  };
}
