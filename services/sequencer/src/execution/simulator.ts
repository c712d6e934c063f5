import { selector } from '@stackctl/crypto';
import {
  type CallOutcome,
  type ClassProvider,
  type ClassRegistry,
  call,
  type EstimateResult,
  estimateFee,
  hashTransaction,
  OverlaidRegistry,
  type SimulationResult,
  senderOf,
  simulate,
  validateForMempool,
} from '@stackctl/execution';
import { type FunctionCall, rpcError } from '@stackctl/rpc';
import type {
  AccountTransaction,
  BlockContext,
  Felt,
  HashedTransaction,
  StateReader,
  Transaction,
} from '@stackctl/types';
import { DEFAULT_POOL_LIMITS } from '../mempool/pool.ts';
import { rejectionError } from './rejection.ts';

/** A state and the block that what is run believes to be in. */
export interface Vantage {
  readonly block: BlockContext;
  readonly state: StateReader;
  /** Classes that this state declares and no final block has. */
  readonly declared?: ClassProvider;
}

export interface SimulationFlags {
  readonly skipValidate: boolean;
  readonly skipFeeCharge: boolean;
}

/**
 * Runs that leave nothing behind: calls, estimates, simulations, validation for the pool. The classes
 * of declares among the transactions come in `declared`.
 */
export interface Simulator {
  call(request: FunctionCall, at: Vantage): CallOutcome;
  estimate(
    transactions: readonly AccountTransaction[],
    at: Vantage,
    skipValidate: boolean,
    declared?: ClassProvider,
  ): EstimateResult;
  simulate(
    transactions: readonly Transaction[],
    at: Vantage,
    flags: SimulationFlags,
    declared?: ClassProvider,
  ): SimulationResult;
  /**
   * Throws the RpcError that a submitted transaction is answered with when the pool should not take
   * it. `deploymentPending`: its account's DEPLOY_ACCOUNT waits in the pool.
   */
  validate(
    hashed: HashedTransaction & { readonly transaction: AccountTransaction },
    at: Vantage,
    deploymentPending: boolean,
    declared?: ClassProvider,
  ): void;
}

const VALIDATE = selector('__validate__');

export function createSimulator(options: {
  readonly chainId: Felt;
  readonly classes: ClassRegistry;
}): Simulator {
  const { chainId, classes } = options;
  const hashed = (transaction: Transaction): HashedTransaction => ({
    hash: hashTransaction(transaction, chainId),
    transaction,
  });
  const classesAt = ({ declared }: Vantage, more?: ClassProvider): ClassRegistry =>
    [declared, more].reduce<ClassRegistry>(
      (known, own) => (own === undefined ? known : new OverlaidRegistry(known, own)),
      classes,
    );
  const isAccount = (at: Vantage, address: Felt): boolean => {
    const account = classesAt(at).get(at.state.classHashAt(address));
    return account?.casm.entryPoints.EXTERNAL.has(VALIDATE) === true;
  };

  return {
    call: ({ contractAddress, selector: entry, calldata }, at) =>
      call({ ...at, classes: classesAt(at), contractAddress, selector: entry, calldata }),
    estimate: (transactions, at, skipValidate, declared) =>
      estimateFee(transactions.map(hashed), {
        ...at,
        classes: classesAt(at, declared),
        skipValidate,
      }),
    simulate: (transactions, at, flags, declared) =>
      simulate(transactions.map(hashed), {
        ...at,
        classes: classesAt(at, declared),
        ...flags,
      }),
    validate(transaction, at, deploymentPending, declared) {
      const { transaction: tx } = transaction;
      const deploys = tx.type === 'DEPLOY_ACCOUNT' || deploymentPending;
      if (!deploys && !isAccount(at, senderOf(tx))) throw rpcError('NON_ACCOUNT');
      const rejection = validateForMempool(transaction, {
        ...at,
        classes: classesAt(at, declared),
        deploymentPending,
        maxNonceGap: Number(DEFAULT_POOL_LIMITS.maxNonceGap),
      });
      if (rejection !== undefined) throw rejectionError(rejection);
    },
  };
}
