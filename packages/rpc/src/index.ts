export { createRpcClient, type RpcClient, type RpcClientOptions } from './client.ts';
export * from './codec/block.ts';
export { type BlockId, type BlockTag, blockId } from './codec/block-id.ts';
export { casmClass, sierraClass } from './codec/class.ts';
export { array, type Codec, Malformed, object, optional, required } from './codec/core.ts';
export * from './codec/devnet.ts';
export * from './codec/events.ts';
export * from './codec/fee.ts';
export * from './codec/proof.ts';
export * from './codec/receipt.ts';
export * from './codec/scalars.ts';
export * from './codec/state.ts';
export * from './codec/status.ts';
export * from './codec/subscriptions.ts';
export * from './codec/trace.ts';
export * from './codec/transaction.ts';
export {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
  failure,
  type Handlers,
  type RpcResponse,
  type SubscriptionHandlers,
} from './dispatch.ts';
export * from './errors.ts';
export * from './methods/index.ts';
export type { SimulatedTransaction, TracedTransaction, WithInitialReads } from './methods/trace.ts';
