import { BrowserProvider, Contract, type Eip1193Provider, id, Wallet } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { beforeEach, describe, expect, test } from 'vitest';
import { compiledContract, type MessagingContract, openMessaging } from '../src/index.ts';

const STRANGER = id('contracts-l1 messaging test stranger');
const TO = 0x1234567890abcdefn;
const SELECTOR = 0x77n;
const MESSAGE_FROM_L2 = {
  from: 0xaaaan,
  to: BigInt(new Wallet(STRANGER).address),
  payload: [1n, 2n],
};

const hre = await createHardhatRuntimeEnvironment({});
let eip1193: Eip1193Provider;
let chain: BrowserProvider;
let messaging: MessagingContract;
// biome-ignore lint/suspicious/noExplicitAny: methods of an ethers Contract are known at run time
let stranger: any;

beforeEach(async () => {
  const connection = await hre.network.create();
  eip1193 = connection.provider as unknown as Eip1193Provider;
  chain = new BrowserProvider(eip1193, undefined, { cacheTimeout: -1 });
  const wallet = new Wallet(STRANGER, chain);
  await chain.send('hardhat_setBalance', [wallet.address, '0x8ac7230489e80000']);
  messaging = await openMessaging(eip1193);
  stranger = new Contract(messaging.address, compiledContract('Messaging').abi, wallet);
});

const sendToL2 = async (payload: bigint[], value = 30_000n): Promise<void> => {
  await (await stranger.sendMessageToL2(TO, SELECTOR, payload, { value })).wait();
};

/** Why a call reverts. */
async function reasonOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { reason, message } = error as { reason?: string; message: string };
    return reason ?? message;
  }
  throw new Error('it did not revert');
}

describe('messages to L2', () => {
  test('wait, in order, until they are settled', async () => {
    await sendToL2([1n, 2n]);
    await sendToL2([]);
    const from = BigInt(new Wallet(STRANGER).address);
    const expected = [
      { from, to: TO, selector: SELECTOR, payload: [1n, 2n], nonce: 0n, fee: 30_000n },
      { from, to: TO, selector: SELECTOR, payload: [], nonce: 1n, fee: 30_000n },
    ];
    const [first] = await messaging.pendingToL2();
    expect(await messaging.pendingToL2()).toEqual(expected);
    if (first === undefined) throw new Error('no message');
    await messaging.settleToL2(first);
    expect(await messaging.pendingToL2()).toEqual(expected.slice(1));
    await expect(messaging.settleToL2(first)).rejects.toThrow(/INVALID_MESSAGE_TO_CONSUME/);
  });

  test('cost a fee, at most an ether', async () => {
    expect(await reasonOf(sendToL2([], 0n))).toMatch(/L1_MSG_FEE_MUST_BE_GREATER_THAN_0/);
    expect(await reasonOf(sendToL2([], 10n ** 18n + 1n))).toMatch(/MAX_L1_MSG_FEE_EXCEEDED/);
  });

  test('are cancelled by their sender, after the delay', async () => {
    await sendToL2([5n]);
    const arguments_ = [TO, SELECTOR, [5n], 0n] as const;
    const cancel = async () => (await stranger.cancelL1ToL2Message(...arguments_)).wait();
    expect(await reasonOf(cancel())).toMatch(/MESSAGE_CANCELLATION_NOT_REQUESTED/);
    await (await stranger.startL1ToL2MessageCancellation(...arguments_)).wait();
    expect(await reasonOf(cancel())).toMatch(/MESSAGE_CANCELLATION_NOT_ALLOWED_YET/);
    await chain.send('evm_increaseTime', [5 * 24 * 3600]);
    await cancel();
    expect(await messaging.pendingToL2()).toEqual([]);
    const other = [TO, SELECTOR, [6n], 0n] as const;
    const start = stranger.startL1ToL2MessageCancellation(...other);
    expect(await reasonOf(start)).toMatch(/NO_MESSAGE_TO_CANCEL/);
  });
});

describe('messages from L2', () => {
  test('are consumed by their receiver as often as they were announced', async () => {
    await messaging.announce(MESSAGE_FROM_L2);
    await messaging.announce(MESSAGE_FROM_L2);
    expect(await messaging.announced()).toEqual([MESSAGE_FROM_L2, MESSAGE_FROM_L2]);
    const { from, payload } = MESSAGE_FROM_L2;
    await (await stranger.consumeMessageFromL2(from, payload)).wait();
    const hash = await messaging.consume(MESSAGE_FROM_L2);
    expect(await stranger.l2ToL1Messages(hash)).toBe(0n);
    const again = stranger.consumeMessageFromL2(from, payload);
    expect(await reasonOf(again)).toMatch(/INVALID_MESSAGE_TO_CONSUME/);
    expect(await messaging.announced()).toHaveLength(2);
  });

  test('are not consumed by others', async () => {
    const message = { ...MESSAGE_FROM_L2, to: 0x5n };
    await messaging.announce(message);
    const wrong = stranger.consumeMessageFromL2(message.from, message.payload);
    expect(await reasonOf(wrong)).toMatch(/INVALID_MESSAGE_TO_CONSUME/);
  });
});

describe('openMessaging', () => {
  test('takes a contract that stands, and refuses where there is none', async () => {
    await sendToL2([9n]);
    const same = await openMessaging(eip1193, { address: messaging.address });
    expect(await same.pendingToL2()).toHaveLength(1);
    const nowhere = openMessaging(eip1193, { address: new Wallet(STRANGER).address });
    await expect(nowhere).rejects.toMatchObject({ code: 'RPC_ERROR' });
    await expect(openMessaging(eip1193, { key: '0x12' })).rejects.toMatchObject({
      code: 'RPC_ERROR',
    });
  });
});
