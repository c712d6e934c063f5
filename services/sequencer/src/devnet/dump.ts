import {
  broadcastedDeclare,
  type DumpedRequest,
  deployAccount,
  invoke,
  type RpcResponse,
  rpcError,
} from '@stackctl/rpc';
import { feltToHex, type Transaction } from '@stackctl/types';
import type { Ledger } from '../execution/ledger.ts';
import type { Commits } from './commits.ts';

/** Most transactions in one dump: it is one response. */
const MAX_DUMPED = 10_000;

/** The requests that make this chain's transactions again, in their order. */
export function dump(ledger: Ledger): DumpedRequest[] {
  const requests: DumpedRequest[] = [];
  for (let number = 1; number <= ledger.head().number; number++) {
    for (const { transaction } of ledger.blocks.transactions(number)) {
      requests.push(requestOf(transaction, ledger));
      if (requests.length > MAX_DUMPED)
        throw rpcError('DEVNET_ERROR', `a chain of more than ${MAX_DUMPED} transactions`);
    }
  }
  return requests;
}

function requestOf(transaction: Transaction, ledger: Ledger): DumpedRequest {
  switch (transaction.type) {
    case 'INVOKE':
      return {
        method: 'starknet_addInvokeTransaction',
        params: { invoke_transaction: invoke.encode(transaction) },
      };
    case 'DEPLOY_ACCOUNT':
      return {
        method: 'starknet_addDeployAccountTransaction',
        params: { deploy_account_transaction: deployAccount.encode(transaction) },
      };
    case 'L1_HANDLER': {
      const [from = 0n, ...payload] = transaction.calldata;
      return {
        method: 'devnet_postmanSendMessageToL2',
        params: {
          l2_contract_address: feltToHex(transaction.contractAddress),
          entry_point_selector: feltToHex(transaction.entryPointSelector),
          l1_contract_address: feltToHex(from),
          payload: payload.map(feltToHex),
          nonce: feltToHex(transaction.nonce),
        },
      };
    }
    case 'DECLARE': {
      const contractClass = ledger.classes.sierra(transaction.classHash);
      if (contractClass === undefined) {
        const name = feltToHex(transaction.classHash);
        throw rpcError('DEVNET_ERROR', `the class ${name} is not kept here`);
      }
      const { classHash: _computed, ...sent } = transaction;
      return {
        method: 'starknet_addDeclareTransaction',
        params: { declare_transaction: broadcastedDeclare.encode({ ...sent, contractClass }) },
      };
    }
  }
}

/** What a dump may ask for again. */
const REPEATABLE: readonly string[] = [
  'starknet_addInvokeTransaction',
  'starknet_addDeclareTransaction',
  'starknet_addDeployAccountTransaction',
  'devnet_postmanSendMessageToL2',
  'devnet_setTime',
  'devnet_increaseTime',
  'devnet_setGasPrice',
  'devnet_createBlock',
];

export interface LoadOptions {
  readonly ledger: Ledger;
  readonly commits: Commits;
  /** Answers a request as if a client had sent it. */
  readonly answer: (request: unknown) => Promise<RpcResponse | undefined>;
}

/**
 * Sends the requests one after the other, each once what the one before made is in a block, so that
 * they come into the same order. How many there were.
 *
 * Throws DEVNET_ERROR at the first that is refused; those before stay.
 */
export async function load(
  requests: readonly DumpedRequest[],
  { ledger, commits, answer }: LoadOptions,
): Promise<number> {
  for (const [index, { method, params }] of requests.entries()) {
    const failed = (reason: string) =>
      rpcError('DEVNET_ERROR', `event ${index} (${method.slice(0, 80)}): ${reason}`);
    if (!REPEATABLE.includes(method)) throw failed('cannot be loaded');
    const response = await answer({ jsonrpc: '2.0', id: index, method, params });
    if (response === undefined || 'error' in response)
      throw failed(JSON.stringify(response?.error));
    const { transaction_hash: text } = response.result as { transaction_hash?: string };
    if (text === undefined) continue;
    const hash = BigInt(text);
    await commits.until(() => ledger.blocks.placeOf(hash), `the block of event ${index}`);
  }
  return requests.length;
}
