import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  METHODS,
  NOTIFICATIONS,
  RPC_ERRORS,
  SUBSCRIPTION_METHODS,
  WEBSOCKET_METHODS,
} from '../src/index.ts';

// The specification lies next to the checkout on the machines of its authors only.
const folder = new URL('../../../../shared/spec/starknet-0.10.2/', import.meta.url);
const present = existsSync(folder);
if (!present) console.warn('spec.test.ts: skipped, ../shared/spec is not there');

interface Spec {
  methods: Array<{ name: string; params: Array<{ name: string; required?: boolean }> }>;
  components: { errors?: Record<string, { code?: number; message?: string }> };
}

const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Spec;
const http = ['api_openrpc', 'executables', 'trace_api_openrpc', 'write_api'];
const files = (present ? [...http, 'ws_api'] : []).map((name) => read(`starknet_${name}.json`));

/** Sent by starknet.js, unknown to the specification. */
const BEYOND = new Map([
  ['starknet_simulateTransactions', ['trace_flags']],
  ['starknet_subscribeTransactionStatus', ['block_id']],
]);

const isNotification = (name: string) => name.startsWith('starknet_subscription');

describe.skipIf(!present)('against the OpenRPC documents', () => {
  it('has every method with its parameters in order', () => {
    type Table = Record<string, { params: Record<string, { optional: boolean }> }>;
    const table = { ...METHODS, ...SUBSCRIPTION_METHODS } as Table;
    const methods = files.flatMap((file) => file.methods);
    for (const { name, params } of methods.filter((each) => !isNotification(each.name))) {
      const ours = Object.entries(table[name]?.params ?? { missing: { optional: false } })
        .filter(([param]) => !BEYOND.get(name)?.includes(param))
        .map(([param, { optional }]) => `${param}${optional ? '?' : ''}`);
      const theirs = params.map((param) => `${param.name}${param.required === true ? '' : '?'}`);
      expect(`${name}(${ours.join(', ')})`).toBe(`${name}(${theirs.join(', ')})`);
    }
  });

  it('knows the methods of the WebSocket', () => {
    const ws = files.at(-1)?.methods.map(({ name }) => name) ?? [];
    expect(ws.filter((name) => !isNotification(name)).sort()).toEqual(
      [...WEBSOCKET_METHODS].sort(),
    );
    expect(ws.filter(isNotification).sort()).toEqual(Object.keys(NOTIFICATIONS).sort());
  });

  it('has every error with its code and message', () => {
    for (const file of files)
      for (const [name, { code, message }] of Object.entries(file.components.errors ?? {})) {
        if (code === undefined) continue;
        expect([name, ...((RPC_ERRORS as Record<string, readonly unknown[]>)[name] ?? [])]).toEqual(
          [name, code, message],
        );
      }
  });
});
