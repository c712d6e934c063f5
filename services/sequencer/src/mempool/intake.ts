import { senderOf } from '@stackctl/execution';
import { rpcError, VERSION_3 } from '@stackctl/rpc';
import type { Clock, Logger } from '@stackctl/runtime';
import type { AccountTransaction, Felt, HashedTransaction } from '@stackctl/types';
import { decode, encode, NotCanonical } from '../codec/binary.ts';
import { transaction as transactionCodec } from '../codec/records.ts';
import type { Ledger } from '../execution/ledger.ts';
import {
  createTransactionHashes,
  type TransactionHashes,
} from '../execution/transaction-hashes.ts';
import type { Gossip } from '../network/gossip-port.ts';
import type { Pool, PoolEntry, Refusal } from './pool.ts';

/** Gossip topic of pool transactions. */
export const TOPIC = 'tx';
/** A transaction of ours that still waits is sent to the peers again after this, then after twice, ... */
const RESEND_AFTER_MS = 3_000;
/** Most that one resend repeats. */
const RESEND_LIMIT = 500;

export interface IntakeOptions {
  readonly chainId: Felt;
  readonly ledger: Ledger;
  readonly pool: Pool;
  readonly gossip: Gossip;
  readonly clock: Clock;
  readonly log: Logger;
  /** Shared with the ledger, which meets the same transactions again. */
  readonly hashes?: TransactionHashes;
  /**
   * Runs the account's validation on the latest state; throws an RpcError when it fails. With
   * `deploymentPending` there is no account to ask yet.
   */
  readonly validate: (hashed: HashedAccountTransaction, deploymentPending: boolean) => void;
  /** Told when a transaction came in. */
  readonly onAdded: () => void;
}

export type HashedAccountTransaction = HashedTransaction & {
  readonly transaction: AccountTransaction;
};

/** The way of a transaction into the pool: from a client, or from a peer that admitted it. */
export interface Intake {
  /** Admits and spreads it; its hash. Throws an RpcError that says why not. */
  submit(transaction: AccountTransaction): Felt;
  /** Sends what waits here for long to the peers again: gossip does not promise delivery. */
  resend(): void;
}

export function createIntake(options: IntakeOptions): Intake {
  const { chainId, ledger, pool, gossip, clock, log, validate, onAdded } = options;
  const { hashes = createTransactionHashes(chainId) } = options;

  /** How often each waiting transaction of this node was sent again. */
  const resent = new Map<Felt, number>();

  const entryOf = (hashed: HashedTransaction, tx: AccountTransaction, local: boolean) => ({
    hashed,
    account: senderOf(tx),
    nonce: tx.nonce,
    tip: tx.tip,
    maxL2GasPrice: tx.resourceBounds.l2Gas.maxPricePerUnit,
    addedAt: clock.now(),
    local,
  });

  const add = (entry: PoolEntry): Refusal | undefined => {
    const refusal = pool.add(entry, ledger.latest().nonceAt(entry.account));
    if (refusal === undefined) onAdded();
    return refusal;
  };

  /**
   * From a peer: cheap checks only. The peer is a validator that vouches for it with its signed
   * connection and ran the account's validation; whoever proposes it executes it anyway.
   */
  const receive = (payload: Uint8Array, from: string): void => {
    // Sent again: nothing to decode.
    const known = hashes.known(payload);
    if (known !== undefined && pool.get(known) !== undefined) return;
    let tx: ReturnType<typeof transactionCodec.read>;
    try {
      tx = decode(transactionCodec, payload);
    } catch (error) {
      if (!(error instanceof NotCanonical)) throw error;
      log.warn('malformed gossip', { from });
      return;
    }
    if (tx.type === 'L1_HANDLER' || tx.version !== VERSION_3) return;
    // What is in a block already has a used nonce; this is cheaper than to look its hash up.
    if (tx.nonce < ledger.latest().nonceAt(senderOf(tx))) return;
    const hash = hashes.of(tx, payload);
    if (pool.get(hash) !== undefined) return;
    add(entryOf({ hash, transaction: tx }, tx, false));
  };
  gossip.on(TOPIC, receive);

  const spread = (encoded: Uint8Array): void => gossip.broadcast(TOPIC, encoded);

  return {
    submit(tx) {
      checkShape(tx);
      const encoded = encode(transactionCodec, tx);
      const hashed = { hash: hashes.of(tx, encoded), transaction: tx };
      if (pool.get(hashed.hash) !== undefined) throw rpcError('DUPLICATE_TX');
      const entry = entryOf(hashed, tx, true);
      const accountNonce = ledger.latest().nonceAt(entry.account);
      if (tx.nonce < accountNonce) throw nonceError(entry, accountNonce);
      validate(hashed, accountNonce === 0n && pool.deploys(entry.account));
      const refusal = add(entry);
      if (refusal !== undefined) throw refusalError(refusal, entry, accountNonce);
      spread(encoded);
      return hashed.hash;
    },
    resend() {
      const now = clock.now();
      const due = pool
        .stale(now, RESEND_AFTER_MS)
        .filter(({ hashed, addedAt }) => {
          // Ever more seldom: when the chain is slow, repeating itself would make it slower.
          const times = resent.get(hashed.hash) ?? 0;
          return now - addedAt >= RESEND_AFTER_MS * 2 ** times;
        })
        .slice(0, RESEND_LIMIT);
      for (const { hashed } of due) {
        resent.set(hashed.hash, (resent.get(hashed.hash) ?? 0) + 1);
        spread(encode(transactionCodec, hashed.transaction));
      }
      for (const hash of resent.keys()) if (pool.get(hash) === undefined) resent.delete(hash);
    },
  };
}

/** Starknet's limits for what a transaction may carry; parts of version 3 that no network has. */
const MAX_CALLDATA = 5_000;
const MAX_SIGNATURE = 4_000;

function checkShape(tx: AccountTransaction): void {
  if (tx.version !== VERSION_3) throw rpcError('UNSUPPORTED_TX_VERSION');
  const calldata =
    tx.type === 'INVOKE' ? tx.calldata : tx.type === 'DEPLOY_ACCOUNT' ? tx.constructorCalldata : [];
  const problem =
    calldata.length > MAX_CALLDATA
      ? `calldata of ${calldata.length} felts, at most ${MAX_CALLDATA}`
      : tx.signature.length > MAX_SIGNATURE
        ? `signature of ${tx.signature.length} felts, at most ${MAX_SIGNATURE}`
        : tx.paymasterData.length > 0
          ? 'paymaster_data must be empty'
          : 'accountDeploymentData' in tx && tx.accountDeploymentData.length > 0
            ? 'account_deployment_data must be empty'
            : tx.nonceDataAvailabilityMode !== 'L1' || tx.feeDataAvailabilityMode !== 'L1'
              ? 'data availability modes must be L1'
              : undefined;
  if (problem !== undefined) throw rpcError('UNEXPECTED_ERROR', problem);
}

function nonceError({ account, nonce }: PoolEntry, accountNonce: Felt) {
  return rpcError(
    'INVALID_TRANSACTION_NONCE',
    `account 0x${account.toString(16)} is at nonce ${accountNonce}, the transaction has ${nonce}`,
  );
}

function refusalError(refusal: Refusal, entry: PoolEntry, accountNonce: Felt) {
  switch (refusal) {
    case 'DUPLICATE':
      return rpcError('DUPLICATE_TX');
    case 'NONCE_TOO_LOW':
    case 'NONCE_TOO_HIGH':
      return nonceError(entry, accountNonce);
    case 'UNDERPRICED':
      return rpcError('REPLACEMENT_TRANSACTION_UNDERPRICED');
    case 'FULL':
      return rpcError('UNEXPECTED_ERROR', 'the mempool is full; try again after the next block');
  }
}
