import { createHash } from 'node:crypto';
import { METHODS } from '@stackctl/rpc';
import { feltToHex } from '@stackctl/types';
import fc from 'fast-check';
import { Account, type Call, cairo, ec, hash, num, type RpcProvider } from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTestNet,
  ProcessEnded,
  type TestNet,
  type TestNode,
  waitForHeight,
} from './harness.ts';
import { accountOf, providerOf, raw, schemaReport } from './starknet-js.ts';

const STRK = '0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';

/** Bounds for a transaction that is not estimated first. */
const bounds = { max_amount: 200_000_000n, max_price_per_unit: 2_000_000_000n };
const GENEROUS = {
  l1_gas: { ...bounds, max_amount: 0n },
  l1_data_gas: { ...bounds, max_amount: 10_000n },
  l2_gas: bounds,
};

let net: TestNet;
let node: TestNode;
let provider: RpcProvider;
let fibonacci = '';
let factorial = '';

beforeAll(async () => {
  net = await createTestNet({ validators: 1, blockTimeMs: 50, emptyBlockTimeMs: 300 });
  node = await net.start(0);
  provider = providerOf(node);
  const { buildGenesis } = await import('@stackctl/contracts-l2');
  const { addresses } = buildGenesis({ chainId: 0n, seed: '0', accounts: 0 });
  fibonacci = feltToHex(addresses.fibonacci);
  factorial = feltToHex(addresses.factorial);
});
afterAll(() => net?.close());

const transfer = (to: string, amount: bigint): Call => ({
  contractAddress: STRK,
  entrypoint: 'transfer',
  calldata: [to, cairo.uint256(amount)].flatMap((v) =>
    typeof v === 'string' ? [v] : [String(v.low), String(v.high)],
  ),
});

async function balance(address: string): Promise<bigint> {
  const [low = '0', high = '0'] = await provider.callContract({
    contractAddress: STRK,
    entrypoint: 'balance_of',
    calldata: [address],
  });
  return BigInt(low) + (BigInt(high) << 128n);
}

describe('one validator, driven by starknet.js', () => {
  it('boots fast and answers reads', async () => {
    console.info(`boot to first RPC answer: ${Math.round(node.bootMs)} ms`);
    expect(await provider.getSpecVersion()).toBe('0.10.2');
    expect(await provider.getChainId()).toBe(feltToHex(0x535441434b43544cn));
    const genesis = await provider.getBlockWithTxs(0);
    expect(genesis).toMatchObject({
      block_number: 0,
      parent_hash: '0x0',
      status: 'ACCEPTED_ON_L2',
    });
    expect(await provider.getBlockWithTxHashes('latest')).toHaveProperty('block_hash');
    expect(await provider.getBlockWithReceipts('pre_confirmed')).toMatchObject({
      transactions: [],
    });
    expect(await provider.getStateUpdate(0)).toMatchObject({ old_root: '0x0' });
    expect(await provider.getSyncingStats()).toBe(false);
    expect(await provider.getClassAt(STRK)).toHaveProperty('sierra_program');
    const classHash = await provider.getClassHashAt(STRK);
    const casm = await provider.getCompiledCasm(classHash);
    expect(casm).toHaveProperty('bytecode');
    const sierra = await provider.getClass(classHash);
    expect(hash.computeSierraContractClassHash(sierra as never)).toBe(classHash);
  });

  it('executes a transfer: estimate, send, wait, receipt, events, trace', async () => {
    const sender = await accountOf(node, 0);
    const receiver = await accountOf(node, 1);
    const before = {
      sender: await balance(sender.address),
      receiver: await balance(receiver.address),
    };
    const estimate = await sender.estimateInvokeFee([transfer(receiver.address, 5n)]);
    expect(estimate.overall_fee).toBeGreaterThan(0n);
    const { transaction_hash } = await sender.execute([transfer(receiver.address, 5n)]);
    const receipt = await provider.waitForTransaction(transaction_hash);
    expect(receipt.isSuccess()).toBe(true);
    const fee = BigInt((receipt.value as { actual_fee: { amount: string } }).actual_fee.amount);
    expect(await balance(receiver.address)).toBe(before.receiver + 5n);
    expect(await balance(sender.address)).toBe(before.sender - 5n - fee);
    expect(await provider.getTransactionStatus(transaction_hash)).toMatchObject({
      finality_status: 'ACCEPTED_ON_L2',
      execution_status: 'SUCCEEDED',
    });
    const transaction = await provider.getTransaction(transaction_hash);
    expect(transaction).toMatchObject({ type: 'INVOKE', version: '0x3' });
    const trace = await provider.getTransactionTrace(transaction_hash);
    expect(trace).toHaveProperty('validate_invocation');
    expect(trace).toHaveProperty('fee_transfer_invocation');
    const { block_number, block_hash } = receipt.value as {
      block_number: number;
      block_hash: string;
    };
    expect(await provider.getTransactionByBlockIdAndIndex(block_number, 0)).toEqual(transaction);
    expect(await provider.getBlockTransactionsTraces(block_number)).toHaveLength(1);
    expect(await provider.getBlockTransactionCount(block_hash)).toBe(1);
    expect(await provider.getNonceForAddress(sender.address)).toBe('0x1');
    expect(await provider.getNonceForAddress(sender.address, block_number - 1)).toBe('0x0');
    const witness = await node.rpc.stackctl_getBlockWitness({ block_id: { number: block_number } });
    expect(witness.storage.length).toBeGreaterThan(0);
    const certificate = await node.rpc.stackctl_getCommitCertificate({
      block_id: { number: block_number },
    });
    expect(certificate).toMatchObject({ height: block_number, blockHash: BigInt(block_hash) });
    expect(certificate.signatures).toHaveLength(1);
    const { domain, value } = await node.rpc.stackctl_getDecidedValue({
      block_id: { number: block_number },
    });
    expect(domain).toMatch(/^[0-9a-f]{64}$/);
    expect(createHash('sha256').update(value, 'hex').digest('hex')).toBe(certificate.valueId);
    expect(value).toContain(BigInt(block_hash).toString(16));
  });

  it('runs the contracts, simulates, and pages through events', async () => {
    const account = await accountOf(node, 2);
    const record = (n: number): Call => ({
      contractAddress: fibonacci,
      entrypoint: 'record',
      calldata: [String(n)],
    });
    const simulated = await account.simulateTransaction([
      { type: 'INVOKE', payload: record(10) } as never,
    ]);
    expect(simulated.simulated_transactions).toHaveLength(1);
    // A multicall of five, then one call of another contract.
    const five = await account.execute([1, 2, 3, 4, 10].map(record));
    expect((await provider.waitForTransaction(five.transaction_hash)).isSuccess()).toBe(true);
    const one = await account.execute({
      contractAddress: factorial,
      entrypoint: 'record',
      calldata: ['5'],
    });
    expect((await provider.waitForTransaction(one.transaction_hash)).isSuccess()).toBe(true);
    const last = await provider.callContract({ contractAddress: fibonacci, entrypoint: 'last' });
    expect(last.map(BigInt)).toEqual([10n, 55n]);
    const filter = { address: fibonacci, from_block: { block_number: 0 }, chunk_size: 2 } as const;
    const found: string[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const page = await provider.getEvents({
        ...filter,
        to_block: 'latest',
        ...(token !== undefined && { continuation_token: token }),
      });
      pages++;
      found.push(...page.events.map((event) => event.keys[1] as string));
      token = page.continuation_token;
    } while (token !== undefined);
    expect(found).toEqual(['0x1', '0x2', '0x3', '0x4', '0xa']);
    expect(pages).toBe(3);
    const keyed = await provider.getEvents({
      from_block: { block_number: 0 },
      to_block: 'latest',
      keys: [[], ['0x4', '0x5']],
      chunk_size: 100,
    });
    expect(keyed.events.map((event) => event.from_address)).toEqual([fibonacci, factorial]);
  });

  it('keeps a reverted transaction: receipt, nonce and fee', async () => {
    const account = await accountOf(node, 3);
    const nonce = BigInt(await account.getNonce());
    const before = await balance(account.address);
    const { transaction_hash } = await account.execute(transfer(account.address, 10n ** 30n), {
      resourceBounds: GENEROUS,
    });
    const receipt = await provider.waitForTransaction(transaction_hash);
    expect(receipt.isReverted()).toBe(true);
    const { actual_fee, revert_reason } = receipt.value as unknown as {
      actual_fee: { amount: string };
      revert_reason: string;
    };
    expect(revert_reason).not.toBe('');
    expect(await balance(account.address)).toBe(before - BigInt(actual_fee.amount));
    expect(BigInt(actual_fee.amount)).toBeGreaterThan(0n);
    expect(BigInt(await account.getNonce())).toBe(nonce + 1n);
    const status = await provider.getTransactionStatus(transaction_hash);
    expect(status).toMatchObject({ execution_status: 'REVERTED', failure_reason: revert_reason });
    expect(await provider.getTransactionTrace(transaction_hash)).toMatchObject({
      execute_invocation: { revert_reason },
    });
  });

  it('deploys an account, and a contract through the deployer', async () => {
    const funder = await accountOf(node, 5);
    const privateKey = '0x1234567';
    const publicKey = ec.starkCurve.getStarkKey(privateKey);
    const classHash = await provider.getClassHashAt(funder.address);
    const address = hash.calculateContractAddressFromHash(publicKey, classHash, [publicKey], 0);
    const funding = await funder.execute(transfer(address, 10n ** 20n));
    await provider.waitForTransaction(funding.transaction_hash);
    const account = new Account({ provider, address, signer: privateKey });
    const deployed = await account.deployAccount({
      classHash,
      constructorCalldata: [publicKey],
      addressSalt: publicKey,
    });
    expect(BigInt(deployed.contract_address)).toBe(BigInt(address));
    const receipt = await provider.waitForTransaction(deployed.transaction_hash);
    expect(receipt.isSuccess()).toBe(true);
    expect(await provider.getClassHashAt(address)).toBe(classHash);

    const copy = await account.deployContract({
      classHash: await provider.getClassHashAt(fibonacci),
      salt: '0x5',
      unique: false,
    });
    expect((await provider.waitForTransaction(copy.transaction_hash)).isSuccess()).toBe(true);
    const [fib] = await provider.callContract({
      contractAddress: copy.contract_address,
      entrypoint: 'fibonacci',
      calldata: ['30'],
    });
    expect(BigInt(fib ?? 0)).toBe(832040n);
  });

  it('tells more when asked: last writes, initial reads, fees of messages', async () => {
    const key = hash.getSelectorFromName('last_n');
    const slot = ['INCLUDE_LAST_UPDATE_BLOCK'];
    const { result } = await raw(node, 'starknet_getStorageAt', [fibonacci, key, 'latest', slot]);
    const { last_update_block, value } = result as unknown as Record<string, unknown>;
    expect(value).toBe('0xa');
    const block = await provider.getBlockStateUpdate(Number(last_update_block), [fibonacci]);
    expect(block.state_diff.storage_diffs.map((diff) => diff.address)).toEqual([fibonacci]);
    const flags = ['RETURN_INITIAL_READS'];
    const traces = await raw(node, 'starknet_traceBlockTransactions', [
      { block_number: last_update_block },
      flags,
    ]);
    expect(traces.result).toHaveProperty('initial_reads.storage');
    const message = {
      from_address: `0x${'1'.repeat(40)}`,
      to_address: fibonacci,
      entry_point_selector: '0x1',
      payload: [],
    };
    const estimate = await raw(node, 'starknet_estimateMessageFee', [message, 'latest']);
    expect(estimate.error?.code).toBe(40);
    const missing = { ...message, to_address: '0x77' };
    expect((await raw(node, 'starknet_estimateMessageFee', [missing, 'latest'])).error?.code).toBe(
      20,
    );
    expect((await raw(node, 'starknet_getMessagesStatus', ['0x5'])).error?.code).toBe(29);
  });

  it('survives random requests', async () => {
    // Development commands would change the chain for the tests below; they have their own.
    const names = Object.keys(METHODS).filter((name) => !name.startsWith('devnet_'));
    const known = [fibonacci, STRK, 'latest', 'pre_confirmed', { block_number: 1 }, '0x1', 0, []];
    const value = fc.oneof(fc.constantFrom(...known), fc.jsonValue({ maxDepth: 3 }));
    const request = fc.record({
      method: fc.constantFrom(...names),
      params: fc.oneof(fc.array(value, { maxLength: 4 }), fc.jsonValue({ maxDepth: 3 })),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, params }) => {
        const { error } = await raw(node, method, params);
        expect(error?.code).not.toBe(-32603);
      }),
      { numRuns: 400 },
    );
    const bytes = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        const response = await fetch(node.url, { method: 'POST', body: Uint8Array.from(body) });
        expect([200, 204]).toContain(response.status);
      }),
      { numRuns: 100 },
    );
  });

  describe('answers what is wrong with the errors of the specification', () => {
    const invoke = async (change: Record<string, unknown>) => {
      const account = await accountOf(node, 4);
      const bounds = { max_amount: '0x9000000', max_price_per_unit: '0x77359400' };
      const nothing = { max_amount: '0x0', max_price_per_unit: '0x77359400' };
      return raw(node, 'starknet_addInvokeTransaction', {
        invoke_transaction: {
          type: 'INVOKE',
          version: '0x3',
          sender_address: account.address,
          calldata: ['0x0'],
          signature: ['0x1', '0x2'],
          nonce: '0x0',
          resource_bounds: {
            l1_gas: nothing,
            l1_data_gas: { ...bounds, max_amount: '0x2710' },
            l2_gas: bounds,
          },
          tip: '0x0',
          paymaster_data: [],
          account_deployment_data: [],
          nonce_data_availability_mode: 'L1',
          fee_data_availability_mode: 'L1',
          ...change,
        },
      });
    };

    it.each([
      ['a wrong signature', {}, 55],
      ['a signature of a wrong length', { signature: ['0x1'] }, 55],
      ['a nonce far ahead', { nonce: '0xffffff' }, 52],
      ['an account that does not exist', { sender_address: '0x1234567' }, 58],
      ['a contract that is no account', { sender_address: STRK }, 58],
      ['a version that is only simulated', { version: `0x1${'0'.repeat(31)}3` }, 61],
      ['a malformed felt', { nonce: '0xzz' }, -32602],
      ['a missing member', { tip: undefined }, -32602],
      ['a calldata that is no list', { calldata: 'x' }, -32602],
    ])('%s', async (_what, change, code) => {
      expect((await invoke(change)).error?.code).toBe(code);
    });

    it('bounds too low, or beyond the balance', async () => {
      const zero = { max_amount: '0x0', max_price_per_unit: '0x0' };
      const none = { l1_gas: zero, l1_data_gas: zero, l2_gas: zero };
      expect((await invoke({ resource_bounds: none })).error?.code).toBe(53);
      const huge = { max_amount: '0xffffffffffffffff', max_price_per_unit: '0xfffffffffff' };
      const beyond = { l1_gas: huge, l1_data_gas: huge, l2_gas: huge };
      expect((await invoke({ resource_bounds: beyond })).error?.code).toBe(54);
    });

    it('a used nonce, and the same transaction twice', async () => {
      const account = await accountOf(node, 0);
      const call = transfer(account.address, 1n);
      const sent = await account.execute(call);
      await provider.waitForTransaction(sent.transaction_hash);
      const resourceBounds = GENEROUS;
      await expect(account.execute(call, { nonce: 0, resourceBounds })).rejects.toMatchObject({
        baseError: { code: 52 },
      });
      const ahead = BigInt(await account.getNonce()) + 5n;
      await account.execute(call, { nonce: ahead, resourceBounds });
      await expect(account.execute(call, { nonce: ahead, resourceBounds })).rejects.toMatchObject({
        baseError: { code: 59 },
      });
      const other = transfer(account.address, 2n);
      await expect(account.execute(other, { nonce: ahead, resourceBounds })).rejects.toMatchObject({
        baseError: { code: 64 },
      });
    });

    it.each([
      ['an unknown block number', 'starknet_getBlockWithTxs', [{ block_number: 10_000_000 }], 24],
      ['an unknown block hash', 'starknet_getBlockWithTxs', [{ block_hash: '0x123' }], 24],
      ['nothing accepted on L1 yet', 'starknet_getBlockWithTxs', ['l1_accepted'], 24],
      ['an unknown transaction', 'starknet_getTransactionByHash', ['0x123'], 29],
      ['an unknown receipt', 'starknet_getTransactionReceipt', ['0x123'], 29],
      ['an unknown status', 'starknet_getTransactionStatus', ['0x123'], 29],
      ['an unknown trace', 'starknet_traceTransaction', ['0x123'], 29],
      [
        'an index out of range',
        'starknet_getTransactionByBlockIdAndIndex',
        [{ block_number: 0 }, 5],
        27,
      ],
      ['an unknown contract', 'starknet_getNonce', ['latest', '0x123'], 20],
      ['storage of an unknown contract', 'starknet_getStorageAt', ['0x123', '0x0', 'latest'], 20],
      ['an unknown class', 'starknet_getClass', ['latest', '0x123'], 28],
      ['an unknown class to run', 'starknet_getCompiledCasm', ['0x123'], 28],
      ['a page that is too big', 'starknet_getEvents', [{ chunk_size: 100_000 }], 31],
      [
        'a bad continuation token',
        'starknet_getEvents',
        [{ chunk_size: 10, continuation_token: 'x' }],
        33,
      ],
      ['an old tag', 'starknet_getBlockWithTxs', ['pending'], -32602],
      ['an unknown method', 'starknet_traceEverything', [], -32601],
    ])('%s', async (_what, method, params, code) => {
      expect((await raw(node, method, params)).error?.code).toBe(code);
    });

    it('calls of what is not there, and calls that fail', async () => {
      const call = (contract_address: string, name: string, calldata: string[] = []) =>
        raw(node, 'starknet_call', {
          request: {
            contract_address,
            entry_point_selector: hash.getSelectorFromName(name),
            calldata,
          },
          block_id: 'latest',
        });
      expect((await call('0x123', 'last')).error?.code).toBe(20);
      expect((await call(fibonacci, 'nothing')).error?.code).toBe(21);
      const failed = await call(fibonacci, 'fibonacci', [num.toHex(2n ** 40n)]);
      expect(failed.error).toMatchObject({ code: 40, message: 'Contract error' });
      expect(failed.error?.data).toHaveProperty('revert_error');
    });

    it('bodies that are no requests', async () => {
      const post = (body: string) => fetch(node.url, { method: 'POST', body });
      expect(await (await post('{')).json()).toMatchObject({ error: { code: -32700 } });
      expect(await (await post('[]')).json()).toMatchObject({ error: { code: -32600 } });
      expect(await (await post('{"a":1}')).json()).toMatchObject({ error: { code: -32600 } });
      const oversized = await post(`"${'x'.repeat(9 << 20)}"`);
      expect(oversized.status).toBe(413);
      expect(await oversized.json()).toMatchObject({ error: { code: -32600 } });
      expect(await provider.getBlockNumber()).toBeGreaterThan(0);
    });
  });

  it('tools find their way: batches, probes, predeployed accounts, status', async () => {
    expect(await (await fetch(`${node.url}/is_alive`)).text()).toBe('Alive!!!');
    const accounts = await node.rpc.devnet_getPredeployedAccounts({ with_balance: true });
    expect(accounts).toHaveLength(10);
    expect(BigInt(accounts[9]?.balance?.strk.amount ?? 0)).toBe(10n ** 21n);
    expect(await node.rpc.stackctl_nodeStatus()).toMatchObject({ name: 'sequencer-0', peers: [] });
    const proof = await provider.getStorageProof([], [STRK], []);
    expect(proof.contracts_proof.nodes.length).toBeGreaterThan(0);
  });

  it('keeps everything across kill -9, and refuses the data of another genesis', async () => {
    await waitForHeight([node], (await node.rpc.starknet_blockNumber()) + 1);
    const height = await node.rpc.starknet_blockNumber();
    const before = await node.rpc.starknet_getBlockWithReceipts({ block_id: { number: height } });
    await node.end('SIGKILL');
    node = await net.start(0);
    const again = await node.rpc.starknet_getBlockWithReceipts({ block_id: { number: height } });
    expect(again).toEqual(before);
    await waitForHeight([node], height + 1);
    expect(await node.end('SIGTERM')).toBe(0);

    const other = await createTestNet({ validators: 1 });
    const ended: unknown = await other
      .start(0, { DATA_DIR: `${net.folder}/sequencer-0` })
      .catch((error: unknown) => error);
    await other.close();
    expect(ended).toBeInstanceOf(ProcessEnded);
    expect((ended as ProcessEnded).code).toBe(2);
    expect((ended as ProcessEnded).lines.join()).toContain('STALE_STATE');
  });

  it('answered everything in the form of the specification', () => {
    expect(schemaReport.failures).toEqual([]);
  });
});
