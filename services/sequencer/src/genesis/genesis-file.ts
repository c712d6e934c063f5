import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Felt, parseFelt, StackError } from '@stackctl/types';

export interface GenesisValidator {
  readonly name: string;
  /** ed25519, raw, 32 bytes as hex without 0x. */
  readonly publicKey: string;
  readonly power: number;
  /** Address that the validator's blocks and fees go to. */
  readonly address: Felt;
}

/** genesis.json: what all nodes of one run share. */
export interface GenesisFile {
  readonly runId: string;
  readonly chainId: Felt;
  /** Of block 0, seconds. */
  readonly timestamp: number;
  readonly seed: string | number;
  readonly accounts: number;
  readonly initialBalance: bigint;
  readonly blockTimeMs: number;
  readonly validators: readonly GenesisValidator[];
  readonly l1ChainId: number;
  /** Whether blocks may hold what developers order (time, prices, ...). Absent in the file: false. */
  readonly devnet: boolean;
  /** sha256 of the canonical content: names the run in stores and signatures. */
  readonly digest: Uint8Array;
}

type Check<T> = readonly [expected: string, read: (value: unknown) => T | undefined];

const integer: Check<number> = [
  'a non-negative integer',
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined,
];
const positive: Check<number> = [
  'a positive integer',
  (value) => (Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined),
];
const words: Check<string> = [
  'a text',
  (value) => (typeof value === 'string' && value !== '' ? value : undefined),
];
const flagOrNothing: Check<boolean> = [
  'true or false',
  (value) => (value === undefined ? false : typeof value === 'boolean' ? value : undefined),
];
const felt: Check<Felt> = ['a felt in hex', parseFelt];
const seed: Check<string | number> = [
  'a text or an integer',
  (value) => (typeof value === 'number' ? integer[1](value) : words[1](value)),
];
const amount: Check<bigint> = [
  'an amount: decimal digits or hex in a text, or an integer',
  (value) => {
    const isText = typeof value === 'string' && /^(\d+|0x[0-9a-fA-F]+)$/.test(value);
    const isNumber = Number.isSafeInteger(value) && (value as number) >= 0;
    return isText || isNumber ? BigInt(value as string | number) : undefined;
  },
];
const key: Check<string> = [
  '32 bytes as hex',
  (value) =>
    typeof value === 'string' && /^(0x)?[0-9a-fA-F]{64}$/.test(value)
      ? value.replace(/^0x/, '').toLowerCase()
      : undefined,
];

/**
 * Reads genesis.json. CONFIG_UNREADABLE when there is none or it is not JSON, CONFIG_INVALID naming
 * the member that is wrong.
 */
export function readGenesisFile(file: string): GenesisFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StackError('CONFIG_UNREADABLE', { file, reason }, { cause: error });
  }
  return parseGenesis(parsed, file);
}

export function parseGenesis(content: unknown, file: string): GenesisFile {
  const read = <T>(value: unknown, path: string, [expected, parse]: Check<T>): T => {
    const result = parse(path.split('.').reduce(memberOf, value));
    if (result !== undefined) return result;
    const got = JSON.stringify(path.split('.').reduce(memberOf, value)) ?? 'nothing';
    throw new StackError('CONFIG_INVALID', { file, key: path, expected, got });
  };
  const list: Check<readonly unknown[]> = [
    'a list of at least one validator',
    (value) => (Array.isArray(value) && value.length > 0 ? value : undefined),
  ];
  const validators = read(content, 'validators', list).map((_, i) => ({
    name: read(content, `validators.${i}.name`, words),
    publicKey: read(content, `validators.${i}.publicKey`, key),
    power: read(content, `validators.${i}.power`, positive),
    address: read(content, `validators.${i}.address`, felt),
  }));
  const addresses = new Set(validators.map((validator) => validator.address));
  if (addresses.size < validators.length) {
    const facts = { key: 'validators', expected: 'a different address each', got: 'a repetition' };
    throw new StackError('CONFIG_INVALID', { file, ...facts });
  }
  return {
    runId: read(content, 'runId', words),
    chainId: read(content, 'chainId', felt),
    timestamp: read(content, 'timestamp', integer),
    seed: read(content, 'seed', seed),
    accounts: read(content, 'accounts', integer),
    initialBalance: read(content, 'initialBalance', amount),
    blockTimeMs: read(content, 'blockTimeMs', integer),
    validators,
    l1ChainId: read(content, 'l1.chainId', positive),
    devnet: read(content, 'devnet', flagOrNothing),
    digest: createHash('sha256').update(canonical(content)).digest(),
  };
}

function memberOf(value: unknown, name: string): unknown {
  const isContainer = typeof value === 'object' && value !== null;
  return isContainer && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** JSON with sorted members: the layout of the file must not matter to its digest. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
