import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CasmClassJson, SierraClassJson } from '@stackctl/types';
import { Account, type CompiledSierra, hash, RpcProvider } from 'starknet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handOver } from '../src/contracts/artifact.ts';
import { REAL_PROGRAM, type Result, Sandbox } from './fixtures/sandbox.ts';

const fixtures = fileURLToPath(new URL('../../contracts/l2/test/fixtures', import.meta.url));
const SIERRA = 'contract_class.json';
const CASM = 'compiled_contract_class.json';
const sierra = JSON.parse(
  readFileSync(join(fixtures, `bookshop.${SIERRA}`), 'utf8'),
) as SierraClassJson;
const casm = JSON.parse(readFileSync(join(fixtures, `bookshop.${CASM}`), 'utf8')) as CasmClassJson;
const CLASS_HASH = hash.computeContractClassHash(sierra as unknown as CompiledSierra);

let sandbox: Sandbox;
let accounts: Array<{ address: string; privateKey: string }> = [];
let udc = '';

const run = (...args: string[]): Promise<Result> => sandbox.run(args);

/** Runs a command that must work; what it printed. */
async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim();
}

async function json<T>(...args: string[]): Promise<T> {
  return JSON.parse(await ok(...args, '--json')) as T;
}

async function verified(block: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { code, stdout } = await run('verify', String(block), '--json');
    if (code === 0) return;
    const { status, reason } = JSON.parse(stdout) as { status: string; reason: string };
    if (status !== 'pending' || attempt > 60) throw new Error(`block ${block}: ${reason}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

beforeAll(async () => {
  sandbox = await Sandbox.create(REAL_PROGRAM);
  // A project as Scarb leaves it: the package's name before the contract's.
  const target = join(sandbox.folder, 'target', 'dev');
  mkdirSync(target, { recursive: true });
  for (const kind of [SIERRA, CASM])
    copyFileSync(join(fixtures, `bookshop.${kind}`), join(target, `shop_Bookshop.${kind}`));
  await ok('up', '--detach', '--no-client', '--block-time', '300');
  const kept = JSON.parse(readFileSync(sandbox.home.accounts, 'utf8')) as {
    accounts: typeof accounts;
    addresses: Record<string, string>;
  };
  accounts = kept.accounts;
  udc = kept.addresses.udc ?? '';
});
afterAll(() => sandbox?.dispose());

const PRICE = String(2n ** 130n + 7n);
const BOOK = `{"title": "Elements", "pages": 13, "price": ${PRICE}, "genre": {"Science": 510}}`;
let shop = '';

describe('contracts from the command line', () => {
  test('declare a build artifact by its name, once', async () => {
    const missing = await run('deploy', 'Bookshop', 'x', '0x1');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('stackctl declare Bookshop');
    const unknown = await run('declare', 'Library');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/no contract Library in target, target.dev/);

    const declared = await json<{ classHash: string; block: number }>('declare', 'Bookshop');
    expect(declared).toMatchObject({ classHash: CLASS_HASH, declared: true });
    await verified(declared.block);
    const again = await run('declare', join('target', 'dev', `shop_Bookshop.${SIERRA}`));
    expect(again).toMatchObject({ code: 0, stdout: `${CLASS_HASH}\n` });
    expect(again.stderr).toContain('declared already');
  });

  test('deploy it by name or by class hash', async () => {
    const owner = accounts[1]?.address ?? '';
    shop = await ok('deploy', 'Bookshop', 'A shop of many books and words', owner, '--salt', '7');
    expect(await ok('call', shop, 'name')).toBe('A shop of many books and words');
    expect(await ok('call', shop, 'owner')).toBe(owner);
    const other = await json<{ address: string; classHash: string; block: number }>(
      'deploy',
      CLASS_HASH,
      'x',
      owner,
      '--salt',
      '7',
      '--unique',
      '--account',
      '2',
    );
    expect(other.classHash).toBe(CLASS_HASH);
    expect(other.address).not.toBe(shop);
    await verified(other.block);
    const few = await run('deploy', 'Bookshop', 'x');
    expect(few.code).toBe(2);
    expect(few.stderr).toContain('constructor(name: ByteArray, owner: ContractAddress) takes 2');
    const undeclared = await run('deploy', '0x123');
    expect(undeclared).toMatchObject({ code: 1 });
    expect(undeclared.stderr).toContain('class 0x123: it is not declared');
  });

  test('invoke and call it with values of every kind', async () => {
    const put = await json<{ block: number; events: unknown[] }>('invoke', shop, 'put', '11', BOOK);
    // Its own event, and that of the fee.
    expect(put.events).toHaveLength(2);
    await verified(put.block);
    const plain = await ok(
      'invoke',
      shop,
      'put',
      '12',
      BOOK.replace('{"Science": 510}', '"Novel"'),
    );
    expect(plain).toMatch(/^0x[0-9a-f]+$/);
    const { result } = await json<{ result: unknown }>('call', shop, 'book', '11');
    const book = { title: 'Elements', pages: '13', price: PRICE };
    expect(result).toEqual({ ...book, genre: { Science: '510' } });
    expect(await ok('call', shop, 'total', '[11, "0xc"]')).toBe(String(2n * BigInt(PRICE)));
    expect(await ok('call', shop, 'genre_of', '12')).toBe('Novel');
    expect(await ok('call', shop, 'genre_of', '99')).toBe('null');
    expect(await ok('call', shop, 'count')).toBe('2');
    expect(await ok('call', shop, 'count', '--raw')).toBe('0x2');
    expect(await ok('call', 'fibonacci', 'fibonacci', '10')).toBe('0x37');
    const balance = await ok('call', 'strk', 'balance_of', accounts[3]?.address ?? '');
    expect(BigInt(balance)).toBeGreaterThan(0n);
  });

  test('say why not', async () => {
    const failures: Array<[string[], number, string]> = [
      [['call', shop, 'book', '99'], 1, 'no such book'],
      [['invoke', shop, 'refuse', 'enough'], 1, 'enough'],
      [['call', shop, 'burn'], 2, 'it has name, owner, put'],
      [['call', '0x99', 'name'], 1, 'Contract not found (20)'],
      [['call', 'shop', 'name'], 2, 'neither an address nor one of strk'],
      [
        ['invoke', shop, 'put', '1', BOOK.replace('13', '-1')],
        2,
        'book.pages: expected an integer',
      ],
      [['invoke', shop, 'put', '1', '{'], 2, 'book: expected JSON for Book'],
      [['call', shop, 'count', '1'], 2, 'count() takes 0 arguments, got 1'],
      [['invoke', shop, 'put', '--account', '99'], 2, 'no account 99'],
      [['invoke', shop, 'put', '--raw', '1', '2'], 1, '(41)'],
    ];
    for (const [args, code, text] of failures) {
      const failed = await run(...args);
      expect({ args, code: failed.code, stdout: failed.stdout }).toEqual({
        args,
        code,
        stdout: '',
      });
      expect(failed.stderr).toContain(text);
    }
    writeFileSync(join(sandbox.folder, `only.${SIERRA}`), JSON.stringify(sierra));
    const alone = await run('declare', `only.${SIERRA}`);
    expect(alone).toMatchObject({ code: 2 });
    expect(alone.stderr).toContain('casm = true');
  });

  test('a class that is declared, deployed and run in one block is proven', async () => {
    const provider = new RpcProvider({ nodeUrl: `http://127.0.0.1:${sandbox.port('SEQUENCER')}` });
    const { address = '', privateKey = '' } = accounts[4] ?? {};
    const account = new Account({ provider, address, signer: privateKey });
    const bound = { max_amount: 4_000_000_000n, max_price_per_unit: 2_000_000_000n };
    const details = {
      tip: 0n,
      resourceBounds: {
        l1_gas: { ...bound, max_amount: 0n },
        l1_data_gas: { ...bound, max_amount: 10_000n },
        l2_gas: bound,
      },
    };
    for (let attempt = 0; ; attempt++) {
      const abi = sierra.abi as readonly unknown[];
      const more = { type: 'event', name: `shop::V${attempt}`, kind: 'enum', variants: [] };
      const variant = { ...sierra, abi: [...abi, more] };
      const contract = variant as unknown as CompiledSierra;
      const classHash = hash.computeContractClassHash(contract);
      handOver(sandbox.home.declared, classHash, { file: '', sierra: variant, casm });
      const constructorCalldata = ['0x0', '0x61', '0x1', '0x1'];
      const deployed = hash.calculateContractAddressFromHash(
        '0x1',
        classHash,
        constructorCalldata,
        0,
      );
      const nonce = BigInt(await provider.getNonceForAddress(address));
      const calldata = [classHash, '0x1', '0x0', '0x4', ...constructorCalldata];
      // The last first: what waits for an earlier nonce goes into the block of that one.
      const count = { contractAddress: deployed, entrypoint: 'count', calldata: [] };
      const counted = await account.execute(count, { ...details, nonce: nonce + 2n });
      const deploy = { contractAddress: udc, entrypoint: 'deployContract', calldata };
      const deploying = await account.execute(deploy, { ...details, nonce: nonce + 1n });
      const declaring = await account.declare(
        { contract, casm: casm as never, classHash },
        { ...details, nonce },
      );
      const sent = [declaring, deploying, counted];
      const blocks: number[] = [];
      for (const { transaction_hash } of sent) {
        const receipt = await provider.waitForTransaction(transaction_hash, { retryInterval: 100 });
        expect(receipt.isSuccess()).toBe(true);
        blocks.push((receipt.value as { block_number: number }).block_number);
      }
      await verified(blocks[2] ?? 0);
      if (new Set(blocks).size === 1) return;
      expect(attempt, 'the three transactions never met in a block').toBeLessThan(5);
    }
  });

  test('classes survive a restart of the stack; clean deletes what was handed over', async () => {
    await ok('down');
    await ok('up', '--detach', '--no-client');
    expect(await ok('call', shop, 'count')).toBe('2');
    await ok('clean');
    expect(existsSync(sandbox.home.declared)).toBe(false);
  });
});
