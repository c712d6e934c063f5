import { METHODS, type MethodName } from '@stackctl/rpc';
import { PRIME } from '@stackctl/types';
import type { Random } from './random.ts';

/** Things that exist on the chain, so that some requests get past the first check. */
export interface Known {
  readonly addresses: readonly string[];
  readonly classHashes: readonly string[];
  readonly transactionHashes: readonly string[];
  readonly blockHashes: readonly string[];
  /** A signed transaction as it is sent, with a used nonce. */
  readonly transaction: unknown;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Strings that parsers stumble over. */
const ODD_TEXTS = [
  '',
  '0x',
  '0X1',
  '0x00',
  '0x0123',
  '0xg',
  '-0x1',
  '0x-1',
  ' 0x1',
  '1e3',
  'latest',
  'pending',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  `0x${'f'.repeat(64)}`,
  hex(PRIME),
  hex(PRIME - 1n),
  `0x${'1'.repeat(5000)}`,
];
const ODD_NUMBERS = [0, -0, -1, 1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e308, 1e-308];

/** Members that requests of the specification have. */
const MEMBERS = [
  'block_id',
  'block_number',
  'block_hash',
  'transaction_hash',
  'contract_address',
  'class_hash',
  'class_hashes',
  'contract_addresses',
  'contracts_storage_keys',
  'storage_keys',
  'key',
  'index',
  'request',
  'calldata',
  'entry_point_selector',
  'filter',
  'from_block',
  'to_block',
  'address',
  'keys',
  'chunk_size',
  'continuation_token',
  'simulation_flags',
  'transactions',
  'invoke_transaction',
  'declare_transaction',
  'deploy_account_transaction',
  'message',
  'type',
  'version',
  'nonce',
  'signature',
  'resource_bounds',
  '__proto__',
  'constructor',
  'toString',
];

// Those of the development extras change the chain's clock, or end it: that is what they are for.
const NAMES = (Object.keys(METHODS) as MethodName[]).filter((name) => !name.startsWith('devnet_'));

/** Makes bodies of HTTP requests: anything from noise to a request that is nearly right. */
export function createBodies(random: Random, known: Known): () => string | Uint8Array<ArrayBuffer> {
  const felt = (): string =>
    random.chance(0.6)
      ? random.pick([
          ...known.addresses,
          ...known.classHashes,
          ...known.transactionHashes,
          ...known.blockHashes,
        ])
      : hex(random.bits(random.pick([1, 8, 64, 128, 251])));

  const blockId = (): Json =>
    random.pick<() => Json>([
      () => 'latest',
      () => 'pre_confirmed',
      () => 'l1_accepted',
      () => ({ block_number: random.below(20) }),
      () => ({ block_hash: random.pick(known.blockHashes) }),
      () => anything(2),
    ])();

  const anything = (depth: number): Json => {
    const kind = random.below(depth > 0 ? 10 : 7);
    if (kind <= 2) return felt();
    if (kind === 3) return random.pick(ODD_TEXTS);
    if (kind === 4) return random.pick(ODD_NUMBERS);
    if (kind === 5) return random.pick<Json>([null, true, false]);
    if (kind === 6) return random.below(100);
    const length = random.below(random.chance(0.05) ? 200 : 5);
    if (kind === 7) return Array.from({ length }, () => anything(depth - 1));
    return Object.fromEntries(
      Array.from({ length }, () => [random.pick(MEMBERS), anything(depth - 1)]),
    );
  };

  const call = (): Json => ({
    contract_address: felt(),
    entry_point_selector: felt(),
    calldata: Array.from({ length: random.below(6) }, felt),
  });
  const transaction = (): Json => structuredClone(known.transaction) as Json;

  /** What would be right, member by member. */
  const likely = (name: string): Json => {
    switch (name) {
      case 'block_id':
        return blockId();
      case 'request':
        return random.chance(0.5) ? call() : [transaction()];
      case 'transactions':
        return [transaction()];
      case 'invoke_transaction':
      case 'deploy_account_transaction':
      case 'declare_transaction':
        return transaction();
      case 'simulation_flags':
        return random.pick<Json>([[], ['SKIP_VALIDATE'], ['SKIP_FEE_CHARGE', 'SKIP_VALIDATE']]);
      case 'filter':
        return {
          from_block: blockId(),
          to_block: blockId(),
          chunk_size: random.below(2000),
          keys: [[felt()], [], [felt(), felt()]],
        };
      case 'message':
        return {
          from_address: '0x1234567890123456789012345678901234567890',
          to_address: felt(),
          entry_point_selector: felt(),
          payload: [felt()],
        };
      case 'contract_addresses':
      case 'class_hashes':
        return [felt(), felt()];
      case 'contracts_storage_keys':
        return [{ contract_address: felt(), storage_keys: [felt()] }];
      case 'index':
        return random.below(5);
      default:
        return felt();
    }
  };

  /** Changes one thing somewhere below. */
  const mutate = (value: Json): Json => {
    if (typeof value !== 'object' || value === null || random.chance(0.2)) return anything(2);
    if (Array.isArray(value)) {
      if (value.length === 0) return [anything(1)];
      const at = random.below(value.length);
      if (random.chance(0.2)) return value.toSpliced(at, 1);
      if (random.chance(0.2)) return [...value, ...value];
      return value.with(at, mutate(value[at] as Json));
    }
    const keys = Object.keys(value);
    if (keys.length === 0) return { [random.pick(MEMBERS)]: anything(1) };
    const key = random.pick(keys);
    if (random.chance(0.15)) {
      const { [key]: _gone, ...rest } = value;
      return rest;
    }
    if (random.chance(0.1)) return { ...value, [random.pick(MEMBERS)]: anything(2) };
    return { ...value, [key]: mutate(value[key] as Json) };
  };

  const request = (): Json => {
    const method = random.pick(NAMES);
    const names = Object.keys(METHODS[method].params);
    let params: Json = random.chance(0.5)
      ? Object.fromEntries(names.map((name) => [name, likely(name)]))
      : names.map(likely);
    for (let i = random.below(3); i > 0; i--) params = mutate(params);
    const whole: Json = { jsonrpc: '2.0', id: random.below(1000), method, params };
    return random.chance(0.1) ? mutate(whole) : whole;
  };

  return () => {
    const kind = random.below(20);
    if (kind === 0) return random.bytes(random.below(300)) as Uint8Array<ArrayBuffer>;
    if (kind === 1) return JSON.stringify(anything(4));
    if (kind === 2) return '['.repeat(random.below(100_000));
    if (kind === 3) return JSON.stringify(Array.from({ length: random.below(20) }, request));
    const text = JSON.stringify(request());
    if (kind > 5) return text;
    // Bytes changed in the middle of a request.
    const bytes = new Uint8Array(Buffer.from(text));
    for (let i = 1 + random.below(4); i > 0; i--)
      bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  };
}
