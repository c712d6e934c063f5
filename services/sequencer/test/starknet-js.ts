import { feltToHex } from '@stackctl/types';
import { Account, RpcProvider } from 'starknet';
import type { TestNode } from './harness.ts';
import { loadSpec } from './spec-schema.ts';

const spec = loadSpec();
if (spec === undefined) console.warn('responses are not checked: ../shared/spec is not there');

/** Responses that the specification's schemas refuse, and how many were checked. */
export const schemaReport = { checked: new Map<string, number>(), failures: [] as string[] };

/** Holds a notification against the specification. */
export function checkNotification(message: unknown): void {
  const { method, params } = message as { method: string; params: { result: unknown } };
  checkResponse({ method }, { result: params.result });
}

/** Holds the response to a request, or to a batch, against the specification. */
export function checkResponse(request: unknown, response: unknown): void {
  if (Array.isArray(request) && Array.isArray(response)) {
    for (const [i, each] of request.entries()) checkResponse(each, response[i]);
    return;
  }
  const { method } = request as { method: string };
  const { result } = response as { result?: unknown };
  const validate = spec?.get(method);
  if (validate === undefined || result === undefined) return;
  schemaReport.checked.set(method, (schemaReport.checked.get(method) ?? 0) + 1);
  if (validate(result) !== true)
    schemaReport.failures.push(`${method}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
}

/** fetch that holds every JSON-RPC response against the specification. */
export const checkedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const text = await response.text();
  if (typeof init?.body === 'string' && text !== '') {
    let parsed: [unknown, unknown] | undefined;
    try {
      parsed = [JSON.parse(init.body), JSON.parse(text)];
    } catch {
      // A test that sends what is not JSON.
    }
    if (parsed !== undefined) checkResponse(...parsed);
  }
  const { status, headers } = response;
  return new Response(status === 204 ? null : text, { status, headers });
};

export function providerOf(node: TestNode): RpcProvider {
  return new RpcProvider({
    nodeUrl: node.url,
    baseFetch: checkedFetch,
    transactionRetryIntervalFallback: 100,
  });
}

/** Account of the genesis by its place, over a node. */
export async function accountOf(node: TestNode, index: number): Promise<Account> {
  const accounts = await node.rpc.devnet_getPredeployedAccounts();
  const account = accounts[index];
  if (account === undefined) throw new RangeError(`no account ${index}`);
  return new Account({
    provider: providerOf(node),
    address: feltToHex(account.address),
    signer: feltToHex(account.privateKey),
  });
}

/** A raw request, for what starknet.js would not send. */
export async function raw(
  node: TestNode,
  method: string,
  params: unknown,
): Promise<{ result?: never; error?: { code: number; message: string; data?: unknown } }> {
  const response = await checkedFetch(node.url, {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return (await response.json()) as never;
}
