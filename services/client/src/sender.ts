import { isStackError, type StackError } from '@stackctl/types';
import { isKnown, readNonce } from './chain.ts';
import { request } from './json-rpc.ts';
import type { ContractCall } from './kinds.ts';
import type { ClientAccount } from './options.ts';
import { type Bounds, type SignedInvoke, type Signer, signInvoke } from './signing.ts';

const INVALID_NONCE = 52;
const DUPLICATE = 59;

/** What a node said to one transaction. */
export type SendOutcome =
  | { readonly accepted: true; readonly hash: string }
  | { readonly accepted: false; readonly reason: string };

export interface Sender {
  /**
   * Signs and sends one call. Calls of one account go out one after the other, so that its nonces
   * reach the node in order; `onSigned` hears the hash before the node can have included it.
   */
  send(call: ContractCall, bounds: Bounds, onSigned: (hash: string) => void): Promise<SendOutcome>;
}

/**
 * The sender of one account. It stays with one node as long as that node answers: nodes share their
 * pools by gossip, and gossip keeps no order.
 */
export function createSender(
  account: ClientAccount,
  urls: readonly string[],
  firstNode: number,
  firstNonce: bigint,
  chainId: string,
  signer: Signer,
): Sender {
  let nonce = firstNonce;
  let node = firstNode;
  let turn: Promise<unknown> = Promise.resolve();

  async function sendNow(
    call: ContractCall,
    bounds: Bounds,
    onSigned: (hash: string) => void,
  ): Promise<SendOutcome> {
    for (let attempt = 0; ; attempt++) {
      const signed = signInvoke(account, call, nonce, bounds, chainId, signer);
      onSigned(signed.hash);
      const outcome = await submit(signed);
      if (outcome === 'accepted') {
        nonce += 1n;
        return { accepted: true, hash: signed.hash };
      }
      // A stale nonce (this account was used elsewhere, or a node lost its pool): ask, once.
      if (outcome.code === 'RPC_ERROR' && isCode(outcome, INVALID_NONCE) && attempt === 0) {
        nonce = await readNonce(urls, node, account.address);
        continue;
      }
      return { accepted: false, reason: reasonOf(outcome) };
    }
  }

  /** Offers the same bytes to one node after the other until one answers. */
  async function submit(signed: SignedInvoke): Promise<'accepted' | StackError> {
    let unanswered: StackError | undefined;
    for (let step = 0; step < urls.length; step++) {
      try {
        await request(urls[node] as string, 'starknet_addInvokeTransaction', {
          invoke_transaction: signed.body,
        });
        return 'accepted';
      } catch (error) {
        if (isCode(error, DUPLICATE)) return 'accepted';
        if (isStackError(error, 'RPC_ERROR')) {
          // A node that did not answer may have taken it: then this refusal is about our own copy.
          const taken = unanswered !== undefined && (await isKnown(urls, node, signed.hash));
          return taken ? 'accepted' : error;
        }
        if (!isStackError(error)) throw error;
        unanswered = error;
        node = (node + 1) % urls.length;
      }
    }
    return unanswered as StackError;
  }

  return {
    send(call, bounds, onSigned) {
      const mine = turn.then(() => sendNow(call, bounds, onSigned));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Without the node's address, so that one cause is one line in the summary. */
function reasonOf(error: StackError): string {
  if (!isStackError(error, 'RPC_ERROR')) return error.message;
  return `${error.facts.message} (${error.facts.code})`;
}

function isCode(error: unknown, code: number): boolean {
  return isStackError(error, 'RPC_ERROR') && error.facts.code === code;
}
