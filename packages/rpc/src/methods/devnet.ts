import { array, object, oneOf, required } from '../codec/core.ts';
import {
  createdBlock,
  devnetGasPrices,
  devnetStatus,
  dumpedRequest,
  jsonObject,
  mintResult,
  postmanFlushed,
  postmanLoaded,
  quantity,
  timeIncreased,
  timeSet,
} from '../codec/devnet.ts';
import { bool, ethAddress, felt, hash256, text, uint } from '../codec/scalars.ts';
import { accountBalance, predeployedAccount } from '../codec/status.ts';
import { method, optionalParam, param } from './method.ts';

const unit = oneOf('WEI', 'FRI');
const nothing = jsonObject;
const account = { account_address: param(felt) };

/** What starknet-devnet offers beyond the specification, and tools depend on. */
export const DEVNET_METHODS = {
  devnet_getPredeployedAccounts: method(
    { with_balance: optionalParam(bool) },
    array(predeployedAccount),
  ),
  devnet_getAccountBalance: method(
    {
      address: param(felt),
      unit: optionalParam(unit),
      block_tag: optionalParam(oneOf('latest', 'pre_confirmed')),
    },
    accountBalance,
  ),
  devnet_mint: method(
    { address: param(felt), amount: param(quantity), unit: optionalParam(unit) },
    mintResult,
  ),
  devnet_createBlock: method({}, createdBlock),
  /** `time` in seconds since the epoch. */
  devnet_setTime: method({ time: param(uint), generate_block: optionalParam(bool) }, timeSet),
  /** `time` in seconds. */
  devnet_increaseTime: method({ time: param(uint) }, timeIncreased),
  devnet_setGasPrice: method(
    {
      gas_price_wei: optionalParam(quantity),
      data_gas_price_wei: optionalParam(quantity),
      l2_gas_price_wei: optionalParam(quantity),
      gas_price_fri: optionalParam(quantity),
      data_gas_price_fri: optionalParam(quantity),
      l2_gas_price_fri: optionalParam(quantity),
      generate_block: optionalParam(bool),
    },
    devnetGasPrices,
  ),
  devnet_getConfig: method({}, jsonObject),
  devnet_getStatus: method({}, devnetStatus(array(felt))),
  devnet_impersonateAccount: method(account, nothing),
  devnet_stopImpersonateAccount: method(account, nothing),
  devnet_autoImpersonate: method({}, nothing),
  devnet_stopAutoImpersonate: method({}, nothing),
  /** The requests that make this chain's transactions again; nothing is written to the node's disk. */
  devnet_dump: method({ path: optionalParam(text) }, array(dumpedRequest)),
  /** Submits a dump's requests one after the other, each once the one before is in a block. */
  devnet_load: method(
    { path: optionalParam(text), events: optionalParam(array(dumpedRequest, { max: 10_000 })) },
    object<{ loaded: number }>({ loaded: required('loaded', uint) }),
  ),
  devnet_restart: method({ restart_l1_to_l2_messaging: optionalParam(bool) }, nothing),
  devnet_abortBlocks: method({ starting_block_id: optionalParam(anything()) }, nothing),
  devnet_acceptOnL1: method({ starting_block_id: optionalParam(anything()) }, nothing),
  devnet_postmanLoad: method(
    {
      network_url: param(text),
      messaging_contract_address: optionalParam(text),
      /** What older versions call the contract's address. */
      address: optionalParam(text),
      deployer_account_private_key: optionalParam(text),
    },
    postmanLoaded,
  ),
  devnet_postmanFlush: method({ dry_run: optionalParam(bool) }, postmanFlushed),
  devnet_postmanSendMessageToL2: method(
    {
      l2_contract_address: param(felt),
      entry_point_selector: param(felt),
      l1_contract_address: param(ethAddress),
      payload: param(array(felt, { max: 5_000 })),
      paid_fee_on_l1: optionalParam(quantity),
      nonce: param(felt),
      l1_transaction_hash: optionalParam(hash256),
    },
    object<{ transactionHash: bigint }>({ transaction_hash: required('transactionHash', felt) }),
  ),
  devnet_postmanConsumeMessageFromL2: method(
    {
      from_address: param(felt),
      to_address: param(ethAddress),
      payload: param(array(felt, { max: 5_000 })),
    },
    object<{ messageHash: bigint }>({ message_hash: required('messageHash', hash256) }),
  ),
} as const;

/** A parameter that is not looked at. */
function anything() {
  return { expected: 'any value', decode: (value: unknown) => value, encode: (v: unknown) => v };
}
