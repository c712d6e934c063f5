import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { feltToHex } from '@stackctl/types';
import {
  Account,
  CairoCustomEnum,
  type CompiledSierra,
  Contract,
  ec,
  hash,
  type RpcProvider,
} from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkClass } from '../../src/classes/packed-class.ts';
import { createTestNet, type TestNet, type TestNode, waitForHeight } from '../harness.ts';
import { accountOf, providerOf, raw, schemaReport } from '../starknet-js.ts';
import { BOOKSHOP_FOLDER, bookshop, largeClass, variantOf } from './bookshop.ts';

const sierra = bookshop.sierra as unknown as CompiledSierra;
const casm = bookshop.casm as never;
const CLASS_HASH = hash.computeContractClassHash(sierra);
const STRK = '0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';

/** Without compilers, whatever this machine has installed. */
const NO_COMPILER = { PATH: '/bin:/usr/bin' };
const compilerOnPath =
  spawnSync('starknet-sierra-compile', ['--version'], { encoding: 'utf8' }).status === 0;
if (!compilerOnPath) console.warn('not tested with a real compiler: none is on PATH');

let net: TestNet;
let nodes: TestNode[] = [];
/** A folder that fills while the first node runs. */
let artifacts = '';
const node = (index: number): TestNode => nodes[index] as TestNode;

beforeAll(async () => {
  artifacts = mkdtempSync(join(tmpdir(), 'stackctl-artifacts-'));
  net = await createTestNet({ validators: 4, blockTimeMs: 100, emptyBlockTimeMs: 500 });
  // Only the first node is given artifacts: the others learn the class from it.
  nodes = await Promise.all([
    net.start(0, { ...NO_COMPILER, ARTIFACTS_DIRS: `${BOOKSHOP_FOLDER}${delimiter}${artifacts}` }),
    net.start(1, NO_COMPILER),
    net.start(2, { PATH: process.env.PATH ?? '' }),
    net.start(3, NO_COMPILER),
  ]);
});
afterAll(async () => {
  await net?.close();
  rmSync(artifacts, { recursive: true, force: true });
});

async function sameOnAll<T>(ask: (provider: RpcProvider) => Promise<T>): Promise<T> {
  const heights = await Promise.all(nodes.map((each) => each.rpc.starknet_blockNumber()));
  await waitForHeight(nodes, Math.max(...heights));
  const [first, ...others] = await Promise.all(nodes.map((each) => ask(providerOf(each))));
  for (const other of others) expect(other).toEqual(first);
  return first as T;
}

let bookshopAddress = '';

describe('a class that no genesis has, on four validators', () => {
  it('is refused by a node without its code, naming both ways to give it', async () => {
    const account = await accountOf(node(1), 0);
    const details = { ...GENEROUS, nonce: 0n };
    const attempt = account.declare({ contract: sierra, casm }, details);
    await expect(attempt).rejects.toThrow(/56.*--artifacts.*starknet-sierra-compile/s);
    await expect(account.estimateDeclareFee({ contract: sierra, casm })).rejects.toThrow(
      /41.*--artifacts/s,
    );
  });

  it('is declared with the CASM of an artifact folder', async () => {
    const account = await accountOf(node(0), 0);
    const declared = await account.declare({ contract: sierra, casm });
    expect(declared.class_hash).toBe(CLASS_HASH);
    const receipt = await providerOf(node(2)).waitForTransaction(declared.transaction_hash);
    expect(receipt.isSuccess()).toBe(true);
    expect(receipt.value).toMatchObject({ type: 'DECLARE', finality_status: 'ACCEPTED_ON_L2' });

    const shown = await sameOnAll((provider) => provider.getClassByHash(CLASS_HASH));
    expect(shown).toMatchObject({ sierra_program: sierra.sierra_program });
    expect(hash.computeContractClassHash(shown as CompiledSierra)).toBe(CLASS_HASH);
    const compiled = await sameOnAll((provider) => provider.getCompiledCasm(CLASS_HASH));
    expect(compiled).toEqual(bookshop.casm);
    const { transaction_hash } = declared;
    const transaction = await sameOnAll((p) => p.getTransactionByHash(transaction_hash));
    expect(transaction).toMatchObject({ type: 'DECLARE', class_hash: CLASS_HASH });
    const trace = await sameOnAll((p) => p.getTransactionTrace(transaction_hash));
    expect(trace).toMatchObject({ type: 'DECLARE' });
    expect(trace).toHaveProperty('validate_invocation');
    expect(trace).toHaveProperty('fee_transfer_invocation');
    const block = (receipt.value as { block_number: number }).block_number;
    const update = await sameOnAll((provider) => provider.getStateUpdate(block));
    expect(update.state_diff.declared_classes).toEqual([
      { class_hash: CLASS_HASH, compiled_class_hash: hash.computeCompiledClassHashBlake(casm) },
    ]);
    await expect(providerOf(node(0)).getClass(CLASS_HASH, block - 1)).rejects.toThrow(/28/);
  });

  it('is declared once', async () => {
    const account = await accountOf(node(3), 1);
    const again = account.declare({ contract: sierra, casm }, { ...GENEROUS, nonce: 0n });
    await expect(again).rejects.toThrow(/51/);
  });

  it('is refused by the codes of the specification', async () => {
    const account = await accountOf(node(0), 1);
    const attempt = (contract: object, compiledClassHash?: string) =>
      account.declare(
        {
          contract: contract as CompiledSierra,
          compiledClassHash: compiledClassHash ?? hash.computeCompiledClassHashBlake(casm),
          classHash: hash.computeContractClassHash({ ...sierra, ...contract } as CompiledSierra),
        },
        { ...GENEROUS, nonce: 0n },
      );
    const other = variantOf(bookshop.sierra, 'other');
    // No folder has code of that hash, and this node has no compiler.
    await expect(attempt(other, '0x5')).rejects.toThrow(/56/);
    const big = { ...other, sierra_program: Array(850_000).fill('0x1') };
    const member = (contract_class: object) => ({
      declare_transaction: { ...DECLARE_FIELDS, sender_address: account.address, contract_class },
    });
    const shown = { ...other, abi: JSON.stringify(other.abi) };
    const code = async (contract: object) =>
      (await raw(node(0), 'starknet_addDeclareTransaction', member(contract))).error?.code;
    expect(await code({ ...shown, sierra_program: big.sierra_program })).toBe(57);
    expect(await code({ ...shown, contract_class_version: '0.2.0' })).toBe(62);
    // The class is fine, the signature is not.
    const { compiled_class_hash: _zero, ...rest } = DECLARE_FIELDS;
    const unsigned = {
      declare_transaction: {
        ...rest,
        compiled_class_hash: hash.computeCompiledClassHashBlake(casm),
        sender_address: account.address,
        contract_class: shown,
      },
    };
    const refused = await raw(node(0), 'starknet_addDeclareTransaction', unsigned);
    expect(refused.error?.code).toBe(55);
  });

  it('is deployed through the UDC and used by a typed contract', async () => {
    const account = await accountOf(node(1), 2);
    const { deploy } = await account.declareAndDeploy({
      contract: sierra,
      casm,
      constructorCalldata: { name: 'The long name of a small bookshop', owner: account.address },
      salt: '0x5a17',
    });
    bookshopAddress = deploy.contract_address;
    // Included where it was sent; the others commit the same block in their own time.
    await providerOf(node(2)).waitForTransaction(deploy.transaction_hash, { retryInterval: 50 });
    expect(BigInt(await providerOf(node(2)).getClassHashAt(bookshopAddress))).toBe(
      BigInt(CLASS_HASH),
    );
    const contract = new Contract({
      abi: sierra.abi,
      address: bookshopAddress,
      providerOrAccount: account,
    });
    expect(await contract.call('name')).toBe('The long name of a small bookshop');
    const genre = new CairoCustomEnum({ Science: 510 });
    const book = { title: 'Elements', pages: 13, price: 2n ** 130n + 7n, genre };
    const { transaction_hash } = await contract.invoke('put', ['0xb00c', book]);
    const receipt = await providerOf(node(3)).waitForTransaction(transaction_hash);
    expect(receipt.isSuccess()).toBe(true);
    const [event] = contract.parseEvents(receipt as never);
    const shelved = Object.entries(event ?? {}).find(([name]) => name.endsWith('Shelved'))?.[1];
    expect(shelved).toMatchObject({ id: 0xb00cn, price: 2n ** 130n + 7n });
    await waitForHeight(nodes, await node(3).rpc.starknet_blockNumber());
    for (const each of nodes) {
      const view = new Contract({
        abi: sierra.abi,
        address: bookshopAddress,
        providerOrAccount: providerOf(each),
      });
      expect(await view.call('total', [['0xb00c', '0xb00c']])).toBe(2n ** 131n + 14n);
      const read = (await view.call('book', ['0xb00c'])) as { genre: CairoCustomEnum };
      expect(read).toMatchObject({ title: 'Elements', pages: 13n, price: 2n ** 130n + 7n });
      expect(read.genre.activeVariant()).toBe('Science');
      await expect(view.call('book', ['0x1'])).rejects.toThrow(/no such book/);
    }
    const refused = await contract.invoke('refuse', ['0x6e6f'], GENEROUS);
    const reverted = await providerOf(node(0)).waitForTransaction(refused.transaction_hash);
    expect(reverted.isReverted()).toBe(true);
    expect(await contract.call('count')).toBe(1n);
  });

  it('is the class of an account that deploys itself', async () => {
    const funder = await accountOf(node(0), 3);
    const classHash = await providerOf(node(0)).getClassHashAt(funder.address);
    const privateKey = '0x1234567';
    const calldata = [ec.starkCurve.getStarkKey(privateKey)];
    const address = hash.calculateContractAddressFromHash('0x9', classHash, calldata, 0);
    const { transaction_hash } = await funder.execute({
      contractAddress: STRK,
      entrypoint: 'transfer',
      calldata: [address, String(10n ** 20n), '0'],
    });
    await funder.provider.waitForTransaction(transaction_hash);
    const fresh = new Account({ provider: providerOf(node(1)), address, signer: privateKey });
    await waitForHeight(nodes, await node(0).rpc.starknet_blockNumber());
    const deployed = await fresh.deployAccount({
      classHash,
      constructorCalldata: calldata,
      addressSalt: '0x9',
    });
    await fresh.provider.waitForTransaction(deployed.transaction_hash);
    // The account declares at once: its nonce is 1.
    const second = variantOf(bookshop.sierra, 'second') as unknown as CompiledSierra;
    const declarer = new Account({ provider: providerOf(node(0)), address, signer: privateKey });
    await waitForHeight(nodes, await node(1).rpc.starknet_blockNumber());
    const declared = await declarer.declare({ contract: second, casm });
    await declarer.provider.waitForTransaction(declared.transaction_hash);
    expect(declared.class_hash).toBe(hash.computeContractClassHash(second));
  });

  it.skipIf(!compilerOnPath)('is compiled by the compiler on PATH', async () => {
    const account = await accountOf(node(2), 4);
    const third = variantOf(bookshop.sierra, 'third') as unknown as CompiledSierra;
    const wrong = account.declare(
      { contract: third, compiledClassHash: '0x5' },
      { ...GENEROUS, nonce: 0n },
    );
    await expect(wrong).rejects.toThrow(/60.*compiles to/s);
    const declared = await account.declare({ contract: third, casm });
    await providerOf(node(0)).waitForTransaction(declared.transaction_hash);
    const compiled = await sameOnAll((provider) => provider.getCompiledCasm(declared.class_hash));
    expect(compiled).toMatchObject({ bytecode: bookshop.casm.bytecode });
  });

  it('is there after a restart, and on a node that was away when it was declared', async () => {
    await node(3).end('SIGKILL');
    const account = await accountOf(node(0), 5);
    const fourth = variantOf(bookshop.sierra, 'fourth') as unknown as CompiledSierra;
    const declared = await account.declare({ contract: fourth, casm });
    await account.provider.waitForTransaction(declared.transaction_hash);
    await node(1).end('SIGKILL');
    nodes = [
      node(0),
      await net.start(1, NO_COMPILER),
      node(2),
      await net.start(3, { PATH: NO_COMPILER.PATH }),
    ];
    const height = await node(0).rpc.starknet_blockNumber();
    await waitForHeight(nodes, height + 2, 60);
    const hashes = await sameOnAll(async (provider) => [
      await provider.getClassByHash(declared.class_hash).then(() => 'declared'),
      (await provider.getBlockWithTxHashes(height + 1)) as unknown,
      await provider.callContract({ contractAddress: bookshopAddress, entrypoint: 'count' }),
    ]);
    expect(hashes[0]).toBe('declared');
    expect(hashes[2]).toEqual(['0x1']);
  });

  it('may be as large as the protocol allows, on several nodes at once', async () => {
    const large = [1, 2].map((seed) => largeClass(seed));
    for (const [i, each] of large.entries())
      for (const [kind, value] of Object.entries({ contract: each.sierra, compiled: each.casm }))
        writeFileSync(
          join(artifacts, `large${i}.${kind.replace('compiled', 'compiled_contract')}_class.json`),
          JSON.stringify(value),
        );
    const begun = performance.now();
    const declared = await Promise.all(
      large.map(async (each, i) => {
        const account = await accountOf(node(0), 6 + i);
        // starknet.js takes half a minute for the hashes.
        const { classHash, compiledClassHash } = checkClass(each.sierra, each.casm);
        const hashes = {
          classHash: feltToHex(classHash),
          compiledClassHash: feltToHex(compiledClassHash),
        };
        const contract = each.sierra as unknown as CompiledSierra;
        return account.declare({ contract, ...hashes }, { ...GENEROUS, tip: 0n, nonce: 0n });
      }),
    );
    const accepted = performance.now() - begun;
    for (const { transaction_hash } of declared)
      await providerOf(node(2)).waitForTransaction(transaction_hash);
    const included = performance.now() - begun;
    console.info(
      `two classes of 4 MB: accepted ${Math.round(accepted)} ms, included ${Math.round(included)} ms`,
    );
    for (const [i, each] of declared.entries()) {
      const compiled = await sameOnAll((provider) => provider.getCompiledCasm(each.class_hash));
      expect(compiled.bytecode).toHaveLength(large[i]?.casm.bytecode.length ?? 0);
    }
  });

  it('was shown in the form of the specification', () => {
    expect(schemaReport.failures).toEqual([]);
  });
});

const bound = { max_amount: 7_000_000_000n, max_price_per_unit: 2_000_000_000n };
const GENEROUS = {
  resourceBounds: {
    l1_gas: { ...bound, max_amount: 0n },
    l1_data_gas: { ...bound, max_amount: 10_000n },
    l2_gas: bound,
  },
};
const hexBound = { max_amount: '0xee6b2800', max_price_per_unit: '0x77359400' };
const DECLARE_FIELDS = {
  type: 'DECLARE',
  version: '0x3',
  compiled_class_hash: '0x5',
  signature: ['0x1', '0x2'],
  nonce: '0x0',
  resource_bounds: {
    l1_gas: { ...hexBound, max_amount: '0x0' },
    l1_data_gas: { ...hexBound, max_amount: '0x2710' },
    l2_gas: hexBound,
  },
  tip: '0x0',
  paymaster_data: [],
  account_deployment_data: [],
  nonce_data_availability_mode: 'L1',
  fee_data_availability_mode: 'L1',
};
