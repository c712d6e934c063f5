import { fileURLToPath } from 'node:url';
import chalk, { Chalk, type ChalkInstance, chalkStderr } from 'chalk';

/** What a command knows of the world around it. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Root of the checkout. */
  readonly root: string;
  /** Folder with `<kind>/src/main.ts` of each service. */
  readonly servicesDir: string;
  /** Program that runs TypeScript, with its arguments. */
  readonly node: readonly [string, ...string[]];
  /** Arguments after `node` that run this command line again. */
  readonly self: readonly string[];
  /** Added to every service's environment. */
  readonly serviceEnv: Readonly<Record<string, string>>;
  /** Colours of standard output and of standard error. */
  out: ChalkInstance;
  err: ChalkInstance;
  /** Data, for programs and people. */
  readonly print: (text: string) => void;
  /** Everything else. */
  readonly note: (text: string) => void;
}

export interface ContextOptions {
  readonly servicesDir?: string;
  readonly self?: readonly string[];
  readonly serviceEnv?: Readonly<Record<string, string>>;
}

const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'];

export function createContext(options: ContextOptions = {}): Context {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  return {
    env: process.env,
    root,
    servicesDir: options.servicesDir ?? fileURLToPath(new URL('../../services', import.meta.url)),
    node: [process.execPath, ...NODE_FLAGS],
    self: options.self ?? [fileURLToPath(new URL('main.ts', import.meta.url))],
    serviceEnv: options.serviceEnv ?? {},
    out: chalk,
    err: chalkStderr,
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** Without colours, as --no-color asks. */
export function withoutColour(context: Context): void {
  context.out = new Chalk({ level: 0 });
  context.err = new Chalk({ level: 0 });
}

/**
 * What services inherit of the user's environment: where programs and temporary files are, how
 * dates and certificates work. Settings reach them through the configuration, not past it.
 */
const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'TZ',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
];

export function baseEnv(context: Context): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = context.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), ...context.serviceEnv };
}
