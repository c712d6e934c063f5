import type { Codec } from '../codec/core.ts';
import { DEVNET_METHODS } from './devnet.ts';
import { EXTENSION_METHODS } from './extensions.ts';
import type { Method } from './method.ts';
import { READ_METHODS } from './read.ts';
import { TRACE_METHODS } from './trace.ts';
import { WRITE_METHODS } from './write.ts';

/** Version that starknet_specVersion reports; starknet.js refuses versions it does not know. */
export const SPEC_VERSION = '0.10.2';

/** Every method, with its parameters in order and its result. */
export const METHODS = {
  ...READ_METHODS,
  ...WRITE_METHODS,
  ...TRACE_METHODS,
  ...EXTENSION_METHODS,
  ...DEVNET_METHODS,
} as const;

export type MethodName = keyof typeof METHODS;
export type ParamsOf<M extends MethodName> =
  (typeof METHODS)[M] extends Method<infer P, unknown> ? P : never;
export type ResultOf<M extends MethodName> =
  (typeof METHODS)[M]['result'] extends Codec<infer R> ? R : never;

/** Methods of the WebSocket specification: known by name, answered only over a WebSocket. */
export const WEBSOCKET_METHODS: readonly string[] = [
  'starknet_subscribeNewHeads',
  'starknet_subscribeEvents',
  'starknet_subscribeTransactionStatus',
  'starknet_subscribeNewTransactionReceipts',
  'starknet_subscribeNewTransactions',
  'starknet_unsubscribe',
];

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}
