import { StackError } from '@stackctl/types';
import {
  BrowserProvider,
  Contract,
  ContractFactory,
  type ContractTransactionResponse,
  type Eip1193Provider,
  EventLog,
  solidityPackedKeccak256,
  Wallet,
} from 'ethers';
import { compiledContract } from './contracts.ts';

/** A message to an L1 handler, as `LogMessageToL2` announces it. Felts and addresses as integers. */
export interface L1ToL2Message {
  readonly from: bigint;
  readonly to: bigint;
  readonly selector: bigint;
  readonly payload: readonly bigint[];
  readonly nonce: bigint;
  /** Wei. */
  readonly fee: bigint;
}

/** A message that an L2 contract sent. */
export interface L2ToL1Message {
  readonly from: bigint;
  readonly to: bigint;
  readonly payload: readonly bigint[];
}

/**
 * One messaging contract on one L1: solidity/Messaging.sol, or another with Starknet's functions and
 * the mock functions of development. Whatever L1 refuses is a StackError RPC_ERROR.
 */
export interface MessagingContract {
  /** Checksummed. */
  readonly address: string;
  /** Messages sent to L2 that were neither handled nor cancelled, in the order of sending. */
  pendingToL2(): Promise<readonly L1ToL2Message[]>;
  /** Marks a message to L2 as handled. */
  settleToL2(message: L1ToL2Message): Promise<void>;
  /** Messages from L2 that were announced here, consumed or not, in the order of announcing. */
  announced(): Promise<readonly L2ToL1Message[]>;
  announce(message: L2ToL1Message): Promise<void>;
  /** Consumes an announced message in the place of its receiver; its hash. */
  consume(message: L2ToL1Message): Promise<string>;
}

export interface MessagingOptions {
  /** Of a contract that stands; without it a new one is deployed. */
  readonly address?: string;
  /** Private key that pays for the transactions; the first of the development mnemonic unless told. */
  readonly key?: string;
}

/** First account of the mnemonic that Hardhat and Anvil start with ("test test ... junk"). */
const DEVELOPMENT_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
/** As Starknet's core contract has it: five days, in seconds. */
const CANCELLATION_DELAY = 5 * 24 * 3600;

const TO_L2 = ['uint256', 'uint256', 'uint256', 'uint256', 'uint256', 'uint256[]'];
const TO_L1 = ['uint256', 'uint256', 'uint256', 'uint256[]'];

/** Hash of a message to L2 in the contract's map (Starknet's `getL1ToL2MsgHash`). */
function hashToL2({ from, to, nonce, selector, payload }: L1ToL2Message): string {
  return solidityPackedKeccak256(TO_L2, [from, to, nonce, selector, payload.length, payload]);
}

/** Hash of a message from L2 (Starknet's `getL2ToL1MsgHash`). */
function hashToL1({ from, to, payload }: L2ToL1Message): string {
  return solidityPackedKeccak256(TO_L1, [from, to, payload.length, payload]);
}

/** Opens the messaging contract, or deploys one. @throws StackError RPC_ERROR */
export async function openMessaging(
  provider: Eip1193Provider,
  { address, key = DEVELOPMENT_KEY }: MessagingOptions = {},
): Promise<MessagingContract> {
  const chain = new BrowserProvider(provider, undefined, { cacheTimeout: -1 });
  const { abi, bytecode } = compiledContract('Messaging');
  const wallet = await attempt('the key', async () => new Wallet(key, chain));
  const at = await attempt('the messaging contract', async () => {
    if (address === undefined) {
      const made = await new ContractFactory(abi, bytecode, wallet).deploy(CANCELLATION_DELAY);
      await made.waitForDeployment();
      return made.getAddress();
    }
    if ((await chain.getCode(address)) === '0x') throw new Error(`no contract at ${address}`);
    return address;
  }).catch((error: unknown) => {
    // It would look for its network for ever.
    chain.destroy();
    throw error;
  });
  const contract = new Contract(at, abi, wallet);
  const waiting = contract.getFunction('l1ToL2Messages');

  const send = (method: string, args: readonly unknown[]): Promise<void> =>
    attempt(method, async () => {
      const sent: ContractTransactionResponse = await contract.getFunction(method)(...args);
      await sent.wait();
    });

  /** The arguments of every event of a name, in the order of the chain. */
  const eventsOf = <T>(name: string, read: (log: EventLog) => T): Promise<readonly T[]> =>
    attempt('eth_getLogs', async () => {
      const logs = await contract.queryFilter(name, 0);
      return logs.flatMap((log) => (log instanceof EventLog ? [read(log)] : []));
    });

  return {
    address: at,
    async pendingToL2() {
      const sent = await eventsOf('LogMessageToL2', messageToL2);
      const pending: L1ToL2Message[] = [];
      for (const message of sent) {
        const fee = await attempt('l1ToL2Messages', () => waiting(hashToL2(message)));
        if (fee !== 0n) pending.push(message);
      }
      return pending;
    },
    settleToL2: ({ from, to, selector, payload, nonce }) =>
      send('mockConsumeMessageToL2', [from, to, selector, payload, nonce]),
    announced: () => eventsOf('LogMessageToL1', messageToL1),
    announce: ({ from, to, payload }) => send('mockSendMessageFromL2', [from, to, payload]),
    async consume(message) {
      const { from, to, payload } = message;
      await send('mockConsumeMessageFromL2', [from, to, payload]);
      return hashToL1(message);
    },
  };
}

function messageToL2({ args }: EventLog): L1ToL2Message {
  const [from, to, selector, payload, nonce, fee] = args;
  return { from: BigInt(from), to, selector, payload: [...payload], nonce, fee };
}

function messageToL1({ args }: EventLog): L2ToL1Message {
  const [from, to, payload] = args;
  return { from, to: BigInt(to), payload: [...payload] };
}

/** Turns whatever ethers throws into a StackError with its short reason. */
async function attempt<T>(method: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StackError) throw error;
    const { reason, shortMessage, message, ...rest } = error as Partial<Record<string, string>>;
    // What the provider threw, when ethers does not know what it means.
    const { message: cause } = (rest.error ?? {}) as { readonly message?: string };
    const told = reason ?? cause ?? shortMessage ?? message ?? String(error);
    const facts = { url: 'L1', method, code: -32000, message: told };
    throw new StackError('RPC_ERROR', facts, { cause: error });
  }
}
