import { classes, WELL_KNOWN } from '@stackctl/contracts-l2';
import { type Handlers, type PredeployedAccount, rpcError } from '@stackctl/rpc';
import type { Clock } from '@stackctl/runtime';
import { type Felt, feltToHex, type StateReader } from '@stackctl/types';
import type { SequencerConfig } from '../../config.ts';
import { chainTime, devnetPrices } from '../../devnet/commands.ts';
import type { DevnetControl } from '../../devnet/control.ts';
import { dump, load } from '../../devnet/dump.ts';
import type { Token } from '../../devnet/faucet.ts';
import type { Ledger } from '../../execution/ledger.ts';

/** A predeployed account as the genesis has it. */
export interface FundedAccount {
  readonly address: Felt;
  readonly publicKey: Felt;
  readonly privateKey: Felt;
  readonly balance: bigint;
}

export interface DevnetHandlersOptions {
  readonly config: SequencerConfig;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly accounts: () => readonly FundedAccount[];
  /** Balance of an account in a token, in its smallest unit. */
  readonly balanceOf: (state: StateReader, token: Token, address: Felt) => bigint;
  /** Absent on a chain that takes no commands. */
  readonly control: DevnetControl | undefined;
}

const NOT_HERE = 'this chain takes no development commands: its genesis says "devnet": false';
const FINAL =
  'every block of this chain is final: validators signed it, and never sign another in its place';
/** What starknet-devnet offers, as far as a chain with several validators can. */
export function devnetHandlers(options: DevnetHandlersOptions): Handlers {
  const { config, ledger, clock, accounts, balanceOf, control: given } = options;
  const control = (): DevnetControl => {
    if (given === undefined) throw rpcError('DEVNET_ERROR', NOT_HERE);
    return given;
  };
  const refuse = (reason: string) => () => {
    throw rpcError('DEVNET_ERROR', given === undefined ? NOT_HERE : reason);
  };
  const done = async (work: Promise<unknown>) => {
    await work;
    return {};
  };

  return {
    devnet_getPredeployedAccounts: ({ with_balance = false }): PredeployedAccount[] => {
      const state = ledger.latest();
      return accounts().map(({ address, publicKey, privateKey, balance }) => ({
        initialBalance: balance.toString(),
        address,
        publicKey,
        privateKey,
        ...(with_balance && {
          balance: {
            eth: { amount: balanceOf(state, 'eth', address).toString(), unit: 'WEI' as const },
            strk: { amount: balanceOf(state, 'strk', address).toString(), unit: 'FRI' as const },
          },
        }),
      }));
    },
    devnet_getAccountBalance: ({ address, unit = 'FRI' }) => ({
      amount: balanceOf(ledger.latest(), tokenOf(unit), address).toString(),
      unit,
    }),
    devnet_mint: async ({ address, amount, unit = 'FRI' }) => {
      const { hash, balance } = await control().faucet.mint(tokenOf(unit), address, amount);
      return { newBalance: balance.toString(), unit, txHash: hash };
    },
    devnet_createBlock: async () => {
      const { hash } = await control().commands.createBlock();
      return { blockHash: hash };
    },
    devnet_setTime: async ({ time, generate_block = true }) => {
      const block = await control().commands.setTime(time, generate_block);
      return block === undefined
        ? { blockTimestamp: time }
        : { blockTimestamp: block.timestamp, blockHash: block.hash };
    },
    devnet_increaseTime: async ({ time }) => {
      const { hash } = await control().commands.increaseTime(time);
      return { timestampIncreasedBy: time, blockHash: hash };
    },
    devnet_setGasPrice: (params) =>
      control().commands.setGasPrices(
        {
          ...some('l1GasWei', params.gas_price_wei),
          ...some('l1DataGasWei', params.data_gas_price_wei),
          ...some('l2GasWei', params.l2_gas_price_wei),
          ...some('l1GasFri', params.gas_price_fri),
          ...some('l1DataGasFri', params.data_gas_price_fri),
          ...some('l2GasFri', params.l2_gas_price_fri),
        },
        params.generate_block ?? false,
      ),
    devnet_getConfig: () => configOf(options),
    devnet_getStatus: () => {
      const { timeOffset, gasPrices, impersonated, autoImpersonate } = ledger.parameters();
      return {
        enabled: given !== undefined,
        blockMode: config.blockMode,
        time: chainTime(ledger, clock),
        timeOffset,
        gasPrices: devnetPrices(gasPrices),
        impersonated,
        autoImpersonate,
      };
    },
    devnet_impersonateAccount: ({ account_address }) =>
      done(control().commands.impersonate(account_address, true)),
    devnet_stopImpersonateAccount: ({ account_address }) =>
      done(control().commands.impersonate(account_address, false)),
    devnet_autoImpersonate: () => done(control().commands.autoImpersonate(true)),
    devnet_stopAutoImpersonate: () => done(control().commands.autoImpersonate(false)),
    devnet_dump: ({ path }) => {
      if (path !== undefined)
        throw rpcError('DEVNET_ERROR', 'a node writes no files for its clients: leave "path" out');
      return dump(ledger);
    },
    devnet_load: async ({ path, events = [] }) => {
      if (path !== undefined)
        throw rpcError('DEVNET_ERROR', 'a node reads no files for its clients: pass "events"');
      return { loaded: await load(events, control().replay) };
    },
    devnet_restart: refuse(
      `${FINAL}; "stackctl clean" and "stackctl up" give a chain that begins anew`,
    ),
    devnet_abortBlocks: refuse(FINAL),
    devnet_acceptOnL1: refuse('blocks are accepted on L1 when their proofs are, not on demand'),
    devnet_postmanLoad: async ({ network_url, messaging_contract_address, ...rest }) => {
      const l1 = {
        url: network_url,
        address: messaging_contract_address ?? rest.address,
        key: rest.deployer_account_private_key,
      };
      const address = await control().postman.use(network_url, async () => {
        // Most nodes never speak to an L1: its client is loaded when one is named.
        const { openL1 } = await import('../../devnet/l1-connection.ts');
        return openL1(l1);
      });
      return { messagingContractAddress: address };
    },
    devnet_postmanFlush: async ({ dry_run = false }) => {
      const { toL1, toL2, transactions, l1 } = await control().postman.flush(dry_run);
      return {
        messagesToL1: toL1.map(({ from, to, payload }) => ({
          fromAddress: from,
          toAddress: to,
          payload,
        })),
        messagesToL2: toL2.map(({ from, to, selector, payload, fee, nonce }) => ({
          l2ContractAddress: to,
          entryPointSelector: selector,
          l1ContractAddress: from,
          payload,
          paidFeeOnL1: fee,
          nonce,
        })),
        generatedL2Transactions: transactions,
        l1Provider: dry_run ? 'dry run' : l1,
      };
    },
    devnet_postmanConsumeMessageFromL2: async ({ from_address, to_address, payload }) => {
      const message = { from: from_address, to: to_address, payload };
      return { messageHash: BigInt(await control().postman.consume(message)) };
    },
    devnet_postmanSendMessageToL2: async (params) => ({
      transactionHash: await control().commands.sendMessage({
        type: 'L1_HANDLER',
        version: 0n,
        nonce: params.nonce,
        contractAddress: params.l2_contract_address,
        entryPointSelector: params.entry_point_selector,
        calldata: [params.l1_contract_address, ...params.payload],
      }),
    }),
  };
}

function tokenOf(unit: 'WEI' | 'FRI'): Token {
  return unit === 'FRI' ? 'strk' : 'eth';
}

function some<K extends string>(key: K, value: bigint | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: bigint };
}

/** devnet_getConfig: the members of starknet-devnet's that have a meaning here. */
function configOf({ config, ledger, control }: DevnetHandlersOptions): Record<string, unknown> {
  const { genesis, blockMode, blockTimeMs, rpc } = config;
  const { gasPrices } = ledger.parameters();
  const { l1GasWei, l1GasFri, l1DataGasWei, l1DataGasFri, l2GasWei, l2GasFri } =
    devnetPrices(gasPrices);
  return {
    seed: genesis.seed,
    total_accounts: genesis.accounts,
    account_contract_class_hash: feltToHex(classes.account.classHash),
    predeployed_accounts_initial_balance: genesis.initialBalance.toString(),
    start_time: genesis.timestamp,
    gas_price_wei: price(l1GasWei),
    gas_price_fri: price(l1GasFri),
    data_gas_price_wei: price(l1DataGasWei),
    data_gas_price_fri: price(l1DataGasFri),
    l2_gas_price_wei: price(l2GasWei),
    l2_gas_price_fri: price(l2GasFri),
    chain_id: feltToHex(genesis.chainId),
    dump_on: null,
    dump_path: null,
    // Seconds between blocks, where it is not a block for each transaction.
    block_generation_on: blockMode === 'transaction' ? 'transaction' : blockTimeMs / 1000,
    lite_mode: false,
    state_archive: 'full',
    eth_erc20_class_hash: feltToHex(classes.erc20.classHash),
    strk_erc20_class_hash: feltToHex(classes.erc20.classHash),
    eth_erc20_address: feltToHex(WELL_KNOWN.eth),
    strk_erc20_address: feltToHex(WELL_KNOWN.strk),
    fork_config: { url: null, block_number: null },
    server_config: { host: rpc.host, port: rpc.port, timeout: 60, restricted_methods: null },
    validators: genesis.validators.length,
    devnet: control !== undefined,
  };
}

function price(value: bigint): number | string {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
}
