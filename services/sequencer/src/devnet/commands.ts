import { type DevnetGasPrices, rpcError } from '@stackctl/rpc';
import type { Clock } from '@stackctl/runtime';
import type { BlockHeader, Felt, GasPrices, L1HandlerTransaction } from '@stackctl/types';
import type { Ledger } from '../execution/ledger.ts';
import type { Commits } from './commits.ts';
import type { Action, GasPriceChange } from './directive.ts';
import { applyDirectives, DIRECTIVE_LIMITS, proposedTimestamp } from './parameters.ts';
import type { DevnetQueue } from './queue.ts';

/** What a developer may do to the chain: each is ordered, decided by consensus, and waited for. */
export interface Commands {
  /** The block that was made. */
  createBlock(): Promise<BlockHeader>;
  /** Undefined when no block was asked for: the next one will have the time. */
  setTime(timestamp: number, generateBlock: boolean): Promise<BlockHeader | undefined>;
  increaseTime(seconds: number): Promise<BlockHeader>;
  /** The prices with the change. */
  setGasPrices(change: GasPriceChange, generateBlock: boolean): Promise<DevnetGasPrices>;
  impersonate(account: Felt, active: boolean): Promise<void>;
  autoImpersonate(active: boolean): Promise<void>;
  /** Hash of the transaction that handled the message. */
  sendMessage(transaction: L1HandlerTransaction): Promise<Felt>;
}

export interface CommandsOptions {
  readonly ledger: Ledger;
  readonly queue: DevnetQueue;
  readonly commits: Commits;
  readonly clock: Clock;
}

/** Every failure is the RpcError DEVNET_ERROR with its reason. */
export function createCommands(options: CommandsOptions): Commands {
  const { ledger, queue, commits, clock } = options;
  const now = (): number => Math.floor(clock.now() / 1000);
  const refused = (reason: string) => rpcError('DEVNET_ERROR', reason);

  const submit = (action: Action, urgent: boolean): Felt => {
    const directive = { id: 0n, action };
    const { timestamp } = ledger.head();
    if (applyDirectives(ledger.parameters(), [directive], timestamp) === undefined)
      throw refused('the value is out of range');
    const id = queue.submit(action, urgent);
    if (id === undefined) throw refused('too many commands wait for a block; try again');
    return id;
  };

  /** Orders a block with the directive, and waits for it. */
  const direct = (action: Action): Promise<BlockHeader> => {
    const id = submit(action, true);
    return commits.until(() => {
      const number = ledger.appliedIn(id);
      if (number !== undefined) return ledger.blocks.header(number);
      if (!queue.hasDirective(id)) throw refused('the command cannot be applied any more');
      return undefined;
    }, `the block of ${action.type}`);
  };

  return {
    createBlock: () => direct({ type: 'CREATE_BLOCK' }),

    async setTime(timestamp, generateBlock) {
      const { timestamp: head } = ledger.head();
      if (timestamp < head)
        throw refused(`the last block's time is ${head}; the time of a final chain cannot go back`);
      if (timestamp > DIRECTIVE_LIMITS.timestamp)
        throw refused(`times after ${DIRECTIVE_LIMITS.timestamp} are not served`);
      const action = { type: 'SET_TIME', timestamp, clock: now() } as const;
      if (generateBlock) return direct(action);
      submit(action, false);
      return undefined;
    },

    increaseTime: (seconds) => direct({ type: 'INCREASE_TIME', seconds }),

    async setGasPrices(change, generateBlock) {
      if (Object.values(change).some((price) => price === 0n || price >= 1n << 128n))
        throw refused('a gas price is at least 1 and below 2^128');
      const action = { type: 'SET_GAS_PRICES', ...change } as const;
      if (generateBlock) {
        const { gasPrices } = await direct(action);
        return devnetPrices(gasPrices);
      }
      submit(action, false);
      const { timestamp } = ledger.head();
      const after = applyDirectives(ledger.parameters(), queue.directives(), timestamp);
      return devnetPrices((after?.parameters ?? ledger.parameters()).gasPrices);
    },

    async impersonate(account, active) {
      if (active && ledger.latest().classHashAt(account) === 0n)
        throw refused('there is no such account: nothing to impersonate');
      await direct({ type: 'IMPERSONATE', account, active });
    },

    async autoImpersonate(active) {
      await direct({ type: 'AUTO_IMPERSONATE', active });
    },

    async sendMessage(transaction) {
      if (ledger.latest().classHashAt(transaction.contractAddress) === 0n)
        throw rpcError('CONTRACT_NOT_FOUND');
      const hash = queue.submitMessage(transaction);
      if (hash === undefined)
        throw refused('this very message was handled before (give it another nonce)');
      return commits.until(
        () => (ledger.blocks.placeOf(hash) === undefined ? undefined : hash),
        'the block of the message',
      );
    },
  };
}

/** Time of a block that would be made now, seconds since the epoch. */
export function chainTime(ledger: Ledger, clock: Clock): number {
  const { timestamp } = ledger.head();
  const parameters = ledger.parameters();
  return proposedTimestamp({ parameters }, timestamp, Math.floor(clock.now() / 1000));
}

export function devnetPrices({ l1Gas, l1DataGas, l2Gas }: GasPrices): DevnetGasPrices {
  return {
    l1GasWei: l1Gas.wei,
    l1DataGasWei: l1DataGas.wei,
    l2GasWei: l2Gas.wei,
    l1GasFri: l1Gas.fri,
    l1DataGasFri: l1DataGas.fri,
    l2GasFri: l2Gas.fri,
  };
}
