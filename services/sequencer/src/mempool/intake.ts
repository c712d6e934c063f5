import { senderOf } from '@stackctl/execution';
import { rpcError, VERSION_3 } from '@stackctl/rpc';
import type { Clock, Logger } from '@stackctl/runtime';
import {
  type AccountTransaction,
  type Felt,
  type HashedTransaction,
  isStackError,
} from '@stackctl/types';
import type { ClassCache, PackedClass } from '../classes/class-cache.ts';
import { decode, encode, NotCanonical } from '../codec/binary.ts';
import { type GossipedTransaction, gossipedTransaction } from '../codec/gossip.ts';
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
/** Most that one resend repeats: transactions, and bytes of their classes. */
const RESEND_LIMIT = 500;
const RESEND_CLASS_BYTES = 4 << 20;

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
  readonly validate: (
    hashed: HashedAccountTransaction,
    deploymentPending: boolean,
    declared?: PackedClass,
  ) => void;
  readonly classCache: ClassCache;
  /** Told when a transaction came in. */
  readonly onAdded: (hashed: HashedTransaction) => void;
}

export type HashedAccountTransaction = HashedTransaction & {
  readonly transaction: AccountTransaction;
};

/** The way of a transaction into the pool: from a client, or from a peer that admitted it. */
export interface Intake {
  /**
   * Admits and spreads it; its hash. A DECLARE comes with its class, checked and compiled. Throws an
   * RpcError that says why not.
   */
  submit(transaction: AccountTransaction, declared?: PackedClass): Felt;
  /** The cheap part of what `submit` demands, for a DECLARE before its class is compiled. */
  precheck(transaction: AccountTransaction): void;
  /** Sends what waits here for long to the peers again: gossip does not promise delivery. */
  resend(): void;
}

export function createIntake(options: IntakeOptions): Intake {
  const { chainId, ledger, pool, gossip, clock, log, validate, classCache, onAdded } = options;
  const { hashes = createTransactionHashes(chainId) } = options;

  /** How often each waiting transaction of this node was sent again. */
  const resent = new Map<Felt, number>();

  const entryOf = (
    hashed: HashedTransaction,
    tx: AccountTransaction,
    local: boolean,
    packedClass: Uint8Array | undefined,
  ): PoolEntry => ({
    hashed,
    account: senderOf(tx),
    nonce: tx.nonce,
    tip: tx.tip,
    maxL2GasPrice: tx.resourceBounds.l2Gas.maxPricePerUnit,
    addedAt: clock.now(),
    local,
    ...(packedClass !== undefined && { packedClass }),
  });

  const add = (entry: PoolEntry): Refusal | undefined => {
    const refusal = pool.add(entry, ledger.latest().nonceAt(entry.account));
    if (refusal === undefined) onAdded(entry.hashed);
    return refusal;
  };

  /**
   * From a peer: cheap checks only. The peer is a validator that vouches for it with its signed
   * connection and ran the account's validation; whoever proposes it executes it anyway.
   */
  const receive = (payload: Uint8Array, from: string): void => {
    // Sent again: nothing to decode. (A declare travels with its class and is not told by its bytes.)
    const known = hashes.known(payload);
    if (known !== undefined && pool.get(known) !== undefined) return;
    let received: GossipedTransaction;
    try {
      received = decode(gossipedTransaction, payload);
    } catch (error) {
      if (!(error instanceof NotCanonical)) throw error;
      log.warn('malformed gossip', { from });
      return;
    }
    const { transaction: tx, packedClass } = received;
    if (tx.type === 'L1_HANDLER' || tx.version !== VERSION_3) return;
    // What is in a block already has a used nonce; this is cheaper than to look its hash up.
    if (tx.nonce < ledger.latest().nonceAt(senderOf(tx))) return;
    const hash = hashes.of(tx);
    if (pool.get(hash) !== undefined) return;
    if (packedClass !== undefined && !isClassOf(tx, packedClass)) {
      log.warn('a declare with another class', { from, transaction: hash });
      return;
    }
    add(entryOf({ hash, transaction: tx }, tx, false, packedClass));
  };
  gossip.on(TOPIC, receive);

  /** Whether the bytes are a class of the hashes that the declare names: peers are not believed. */
  const isClassOf = (tx: AccountTransaction, packed: Uint8Array): boolean => {
    try {
      const opened = classCache.open(packed);
      return (
        tx.type === 'DECLARE' &&
        opened.classHash === tx.classHash &&
        opened.compilesTo(tx.compiledClassHash)
      );
    } catch (error) {
      if (isStackError(error, 'CLASS_MALFORMED')) return false;
      throw error;
    }
  };

  const spread = ({ hashed: { transaction }, packedClass }: PoolEntry): void =>
    gossip.broadcast(
      TOPIC,
      encode(gossipedTransaction, {
        transaction,
        ...(packedClass !== undefined && { packedClass }),
      }),
    );

  const precheck = (tx: AccountTransaction): Felt => {
    checkShape(tx);
    const hash = hashes.of(tx);
    if (pool.get(hash) !== undefined) throw rpcError('DUPLICATE_TX');
    const account = senderOf(tx);
    const accountNonce = ledger.latest().nonceAt(account);
    if (tx.nonce < accountNonce) throw nonceError({ account, nonce: tx.nonce }, accountNonce);
    return hash;
  };

  return {
    precheck: (tx) => void precheck(tx),
    submit(tx, declared) {
      const hashed = { hash: precheck(tx), transaction: tx };
      const entry = entryOf(hashed, tx, true, declared?.packed);
      const accountNonce = ledger.latest().nonceAt(entry.account);
      validate(hashed, accountNonce === 0n && pool.deploys(entry.account), declared);
      const refusal = add(entry);
      if (refusal !== undefined) throw refusalError(refusal, entry, accountNonce);
      spread(entry);
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
      let classBytes = 0;
      for (const entry of due) {
        classBytes += entry.packedClass?.length ?? 0;
        if (entry.packedClass !== undefined && classBytes > RESEND_CLASS_BYTES) continue;
        resent.set(entry.hashed.hash, (resent.get(entry.hashed.hash) ?? 0) + 1);
        spread(entry);
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

function nonceError({ account, nonce }: Pick<PoolEntry, 'account' | 'nonce'>, accountNonce: Felt) {
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
