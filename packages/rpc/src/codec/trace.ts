import type { CallTrace, Felt, GasVector, StateDiff, TransactionTrace } from '@stackctl/types';
import {
  array,
  type Codec,
  isObject,
  lazy,
  locate,
  Malformed,
  object,
  oneOf,
  optional,
  required,
} from './core.ts';
import { executionResources, messageToL1 } from './receipt.ts';
import { bigUint, bool, felt, text, uint } from './scalars.ts';
import { stateDiff } from './state.ts';
import { felts } from './transaction.ts';

/** A call over RPC: the specification has no place for Cairo steps. */
export interface RpcCallTrace extends Omit<CallTrace, 'steps' | 'calls'> {
  readonly calls: readonly RpcCallTrace[];
}

export interface RpcTransactionTrace {
  readonly type: TransactionTrace['type'];
  readonly validate?: RpcCallTrace;
  readonly execute?: RpcCallTrace;
  readonly revertReason?: string;
  readonly feeTransfer?: RpcCallTrace;
  readonly stateDiff?: StateDiff;
  /** Gas of the whole transaction. */
  readonly gas: GasVector;
}

interface OrderedContent {
  readonly order: number;
  readonly keys: readonly Felt[];
  readonly data: readonly Felt[];
}

/** ORDERED_EVENT: without the address, which is the call's. */
const orderedEvent = object<OrderedContent>({
  order: required('order', uint),
  keys: required('keys', felts),
  data: required('data', felts),
});

/** ORDERED_MESSAGE */
const orderedMessage: Codec<RpcCallTrace['messages'][number]> = {
  expected: `${messageToL1.expected}, order`,
  decode: (value) => ({ ...messageToL1.decode(value), ...order.decode(value) }),
  encode: (message) => ({ order: message.order, ...(messageToL1.encode(message) as object) }),
};
const order = object<{ order: number }>({ order: required('order', uint) });

interface WireCall extends Omit<RpcCallTrace, 'events' | 'gas'> {
  readonly events: readonly OrderedContent[];
  readonly resources: { readonly l1Gas: bigint; readonly l2Gas: bigint };
}

const wireCall = object<WireCall>({
  contract_address: required('contractAddress', felt),
  entry_point_selector: required('selector', felt),
  calldata: required('calldata', felts),
  caller_address: required('callerAddress', felt),
  class_hash: required('classHash', felt),
  entry_point_type: required('entryPointType', oneOf('EXTERNAL', 'L1_HANDLER', 'CONSTRUCTOR')),
  call_type: required('callType', oneOf('CALL', 'DELEGATE')),
  result: required('result', felts),
  calls: required('calls', array(lazy('a call', () => call))),
  events: required('events', array(orderedEvent)),
  messages: required('messages', array(orderedMessage)),
  // INNER_CALL_EXECUTION_RESOURCES
  execution_resources: required(
    'resources',
    object<{ l1Gas: bigint; l2Gas: bigint }>({
      l1_gas: required('l1Gas', bigUint),
      l2_gas: required('l2Gas', bigUint),
    }),
  ),
  is_reverted: required('failed', bool),
});

/** FUNCTION_INVOCATION */
export const call: Codec<RpcCallTrace> = {
  expected: wireCall.expected,
  decode(value) {
    const { resources, events, ...rest } = wireCall.decode(value);
    return {
      ...rest,
      events: events.map((event) => ({ fromAddress: rest.contractAddress, ...event })),
      gas: resources.l2Gas,
    };
  },
  encode: (trace) => wireCall.encode({ ...trace, resources: { l1Gas: 0n, l2Gas: trace.gas } }),
};

/** The member that carries the main call, by type of transaction; a DECLARE has none. */
const MAIN_CALL = {
  INVOKE: 'execute_invocation',
  DEPLOY_ACCOUNT: 'constructor_invocation',
  L1_HANDLER: 'function_invocation',
} as const;

interface CommonTrace extends Omit<RpcTransactionTrace, 'execute' | 'revertReason'> {}

const common = object<CommonTrace>({
  type: required('type', oneOf('INVOKE', 'DECLARE', 'DEPLOY_ACCOUNT', 'L1_HANDLER')),
  validate_invocation: optional('validate', call),
  fee_transfer_invocation: optional('feeTransfer', call),
  state_diff: optional('stateDiff', stateDiff),
  execution_resources: required('gas', executionResources),
});

const revert = object<{ reason: string }>({ revert_reason: required('reason', text) });

/** TRANSACTION_TRACE. A reverted main call is only its reason (REVERTIBLE_FUNCTION_INVOCATION). */
export const transactionTrace: Codec<RpcTransactionTrace> = {
  expected: common.expected,
  decode(value) {
    const record = common.decode(value);
    if (record.type === 'DECLARE') return record;
    if (!isObject(value)) throw new Malformed(common.expected, value);
    const member = MAIN_CALL[record.type];
    const main = value[member];
    try {
      return isObject(main) && Object.hasOwn(main, 'revert_reason')
        ? { ...record, revertReason: revert.decode(main).reason }
        : { ...record, execute: call.decode(main) };
    } catch (error) {
      return locate(error, member);
    }
  },
  encode(record) {
    const members = common.encode(record) as Record<string, unknown>;
    if (record.type === 'DECLARE') return members;
    const member = MAIN_CALL[record.type];
    if (record.revertReason !== undefined)
      members[member] = revert.encode({ reason: record.revertReason });
    else if (record.execute !== undefined) members[member] = call.encode(record.execute);
    return members;
  },
};
