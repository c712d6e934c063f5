import type { Codec } from '../codec/core.ts';
import { DEVNET_METHODS } from './devnet.ts';
import { EXTENSION_METHODS } from './extensions.ts';
import type { Method } from './method.ts';
import { READ_METHODS } from './read.ts';
import { SUBSCRIPTION_METHODS } from './subscriptions.ts';
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

export { NOTIFICATIONS, type NotificationName, SUBSCRIPTION_METHODS } from './subscriptions.ts';
export type SubscriptionMethodName = keyof typeof SUBSCRIPTION_METHODS;
export type SubscriptionParamsOf<M extends SubscriptionMethodName> =
  (typeof SUBSCRIPTION_METHODS)[M] extends Method<infer P, unknown> ? P : never;
export type SubscriptionResultOf<M extends SubscriptionMethodName> =
  (typeof SUBSCRIPTION_METHODS)[M]['result'] extends Codec<infer R> ? R : never;

/** Methods of the WebSocket specification: known by name, answered only over a WebSocket. */
export const WEBSOCKET_METHODS: readonly string[] = Object.keys(SUBSCRIPTION_METHODS);

export function isSubscriptionMethodName(name: string): name is SubscriptionMethodName {
  return Object.hasOwn(SUBSCRIPTION_METHODS, name);
}

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}
