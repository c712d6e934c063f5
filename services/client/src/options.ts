import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseFelt, StackError } from '@stackctl/types';
import { KINDS, type Kind } from './kinds.ts';
import { SIGNERS, type SignerName } from './signing.ts';

/** What the load is made of. Reproducible: two runs with equal `Load` send equal calls. */
export interface Load {
  /** Transactions a second. */
  readonly rate: number;
  /** Seconds of sending. */
  readonly duration: number;
  readonly seed: number;
  /** Weight of each kind; at least one is positive. */
  readonly mix: Readonly<Record<Kind, number>>;
  /** Largest argument of each kind. */
  readonly max: Readonly<Record<Kind, number>>;
}

export interface Options {
  readonly load: Load;
  readonly rpcUrls: readonly string[];
  /** Path of a JSON file of accounts; undefined asks the node (devnet_getPredeployedAccounts). */
  readonly accountsFile: string | undefined;
  /** Contract that each kind calls; only those that the mix uses are needed. */
  readonly contracts: Readonly<Record<Kind, string | undefined>>;
  readonly signer: SignerName;
  /** Seconds to wait, after the last send, for accepted transactions to be included. */
  readonly inclusionTimeout: number;
  readonly json: boolean;
}

/** The STRK token's well-known address: what `erc20` transfers unless told otherwise. */
const STRK = '0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';

const FLAGS = {
  rate: { type: 'string', default: '20' },
  duration: { type: 'string', default: '10' },
  mix: { type: 'string', default: 'fibonacci=1,factorial=1,erc20=1' },
  seed: { type: 'string', default: '1' },
  rpc: { type: 'string' },
  accounts: { type: 'string' },
  fibonacci: { type: 'string' },
  factorial: { type: 'string' },
  erc20: { type: 'string' },
  'fib-max': { type: 'string', default: '50' },
  'factorial-max': { type: 'string', default: '20' },
  'erc20-max': { type: 'string', default: '1000' },
  timeout: { type: 'string', default: '60' },
  signer: { type: 'string', default: 'starknet.js' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export const HELP = `Sends transactions to a running chain and reports what became of them.

  --rpc URL[,URL...]      nodes to send to (default: $L2_RPC_URLS, else http://127.0.0.1:5050)
  --rate R                transactions a second (20)
  --duration S            seconds of sending (10)
  --mix KIND=WEIGHT,...   fibonacci, factorial, erc20 (1 each)
  --seed N                chooses accounts, kinds and arguments (1)
  --fib-max N             largest fibonacci argument (50)
  --factorial-max N       largest factorial argument (20)
  --erc20-max N           largest amount transferred (1000)
  --fibonacci ADDRESS     contract (default: $FIBONACCI_ADDRESS)
  --factorial ADDRESS     contract (default: $FACTORIAL_ADDRESS)
  --erc20 ADDRESS         token (default: $ERC20_ADDRESS, else STRK)
  --accounts FILE         JSON list of {address, privateKey} (default: the node's own)
  --signer NAME           starknet.js, or native: the same, ten times as fast (starknet.js)
  --timeout S             wait for inclusion after the last send (60)
  --json                  one JSON object on stdout
`;

/** Parses argv and environment. Returns 'help' when asked for it; throws StackError USAGE. */
export function parseOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Options | 'help' {
  const flags = readFlags(argv);
  if (flags.help) return 'help';
  const mix = parseMix(flags.mix);
  const contracts = {
    fibonacci: address('fibonacci', flags.fibonacci ?? env.FIBONACCI_ADDRESS),
    factorial: address('factorial', flags.factorial ?? env.FACTORIAL_ADDRESS),
    erc20: address('erc20', flags.erc20 ?? env.ERC20_ADDRESS ?? STRK),
  };
  for (const kind of KINDS) {
    if (mix[kind] > 0 && contracts[kind] === undefined)
      usage(
        `--mix has ${kind} but no contract is given (--${kind} or ${kind.toUpperCase()}_ADDRESS)`,
      );
  }
  return {
    load: {
      rate: positive('rate', flags.rate, 10_000),
      duration: positive('duration', flags.duration, 86_400),
      seed: natural('seed', flags.seed, 0xffff_ffff),
      mix,
      max: {
        fibonacci: natural('fib-max', flags['fib-max'], 100_000),
        factorial: natural('factorial-max', flags['factorial-max'], 100_000),
        erc20: natural('erc20-max', flags['erc20-max'], 1_000_000_000),
      },
    },
    rpcUrls: parseUrls(flags.rpc ?? env.L2_RPC_URLS ?? 'http://127.0.0.1:5050'),
    accountsFile: flags.accounts,
    contracts,
    signer: signerNamed(flags.signer),
    inclusionTimeout: positive('timeout', flags.timeout, 86_400),
    json: flags.json,
  };
}

function signerNamed(name: string): SignerName {
  if (Object.hasOwn(SIGNERS, name)) return name as SignerName;
  return usage(`--signer is one of ${Object.keys(SIGNERS).join(', ')}`);
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true }).values;
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

/** `fibonacci=3,erc20=1`; a kind that is not named has weight 0, a bare name weight 1. */
function parseMix(text: string): Record<Kind, number> {
  const mix: Record<Kind, number> = { fibonacci: 0, factorial: 0, erc20: 0 };
  for (const part of text.split(',')) {
    const [name, weight = '1', ...rest] = part.trim().split('=');
    const kind = KINDS.find((candidate) => candidate === name);
    if (kind === undefined || rest.length > 0)
      usage(
        `--mix: ${JSON.stringify(part)} is not KIND=WEIGHT with KIND one of ${KINDS.join(', ')}`,
      );
    mix[kind] = number('mix', weight);
    if (mix[kind] < 0) usage(`--mix: ${kind}: a weight is not negative`);
  }
  if (KINDS.every((kind) => mix[kind] === 0)) usage('--mix: all weights are zero');
  return mix;
}

function parseUrls(text: string): string[] {
  const urls = text.split(',').map((url) => url.trim());
  for (const url of urls) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
      usage(`--rpc: ${JSON.stringify(url)} is not an http URL`);
  }
  return urls;
}

function address(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  // Leading zeros are common in addresses that people paste; the wire wants none.
  const felt = parseFelt(text.replace(/^0x0+(?=.)/i, '0x'));
  if (felt === undefined || felt === 0n)
    usage(`--${flag}: ${JSON.stringify(text)} is not an address`);
  return `0x${felt.toString(16)}`;
}

function number(flag: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) usage(`--${flag}: ${JSON.stringify(text)} is not a number`);
  return value;
}

function positive(flag: string, text: string, most: number): number {
  const value = number(flag, text);
  if (value <= 0 || value > most)
    usage(`--${flag}: expected more than 0, at most ${most}, got ${text}`);
  return value;
}

function natural(flag: string, text: string, most: number): number {
  const value = number(flag, text);
  if (!Number.isInteger(value) || value < 0 || value > most)
    usage(`--${flag}: expected an integer from 0 to ${most}, got ${text}`);
  return value;
}

function usage(reason: string): never {
  throw new StackError('USAGE', { reason });
}

/** An account that signs: address and private key as felts in hex. */
export interface ClientAccount {
  readonly address: string;
  readonly privateKey: string;
}

/** Reads accounts in the shape of the genesis manifest or of devnet_getPredeployedAccounts. */
export function parseAccounts(json: unknown, source: string): ClientAccount[] {
  const list: unknown =
    typeof json === 'object' && json !== null && 'accounts' in json ? json.accounts : json;
  if (!Array.isArray(list) || list.length === 0)
    throw new StackError('USAGE', { reason: `${source}: expected a list of accounts` });
  return list.map((entry: unknown, index) => {
    const record = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
      string,
      unknown
    >;
    const address = feltText(record.address);
    const privateKey = feltText(record.privateKey ?? record.private_key);
    if (address === undefined || privateKey === undefined)
      throw new StackError('USAGE', {
        reason: `${source}: account ${index}: no address or private key`,
      });
    return { address, privateKey };
  });
}

/** Reads the accounts file; a file that cannot be read or parsed is a usage error naming it. */
export function readAccountsFile(path: string): ClientAccount[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new StackError('USAGE', { reason: `${path}: ${(error as Error).message}` });
  }
  return parseAccounts(json, path);
}

function feltText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const felt = parseFelt(value.replace(/^0x0+(?=.)/i, '0x'));
  return felt === undefined ? undefined : `0x${felt.toString(16)}`;
}
