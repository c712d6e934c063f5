import type { Codec } from '../codec/core.ts';

/** One parameter: its codec and whether it may be absent. */
export interface Param<T, Optional extends boolean> {
  readonly codec: Codec<T>;
  readonly optional: Optional;
}

/** Parameters by name; their order is the order of by-position calls. */
export type Params = Readonly<Record<string, Param<never, boolean>>>;

/** One method of the table. */
export interface Method<P extends object, R> {
  readonly params: { readonly [K in keyof P]-?: Param<unknown, boolean> };
  readonly result: Codec<R>;
}

type Table = Record<string, { readonly codec: unknown; readonly optional: boolean }>;
type Decoded<P> = P extends { readonly codec: Codec<infer T> } ? T : never;
type OptionalNames<T extends Table> = {
  [K in keyof T]: T[K]['optional'] extends true ? K : never;
}[keyof T];

/** The record that a handler receives: one member a parameter, absent when it was not given. */
export type DecodedParams<T extends Table> = {
  readonly [K in Exclude<keyof T, OptionalNames<T>>]: Decoded<T[K]>;
} & { readonly [K in OptionalNames<T>]?: Decoded<T[K]> };

export function param<T>(codec: Codec<T>): Param<T, false> {
  return { codec, optional: false };
}

export function optionalParam<T>(codec: Codec<T>): Param<T, true> {
  return { codec, optional: true };
}

export function method<T extends Table, R>(
  params: T,
  result: Codec<R>,
): Method<DecodedParams<T>, R> {
  return { params: params as unknown as Method<DecodedParams<T>, R>['params'], result };
}
