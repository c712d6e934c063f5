import { isIP } from 'node:net';
import { StackError } from '@stackctl/types';

/**
 * Typed readers of environment variables. Each returns the value, or the fallback when the variable
 * is absent or empty; with no fallback the variable is required. Every failure is a CONFIG_INVALID
 * that names the variable, what it expects and what it got.
 */
export type Env = Readonly<Record<string, string | undefined>>;

function raw(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** The error of a variable that does not hold what it should. */
export function envError(
  name: string,
  expected: string,
  got: string | undefined,
): StackError<'CONFIG_INVALID'> {
  const shown = got === undefined ? 'nothing' : JSON.stringify(got);
  return new StackError('CONFIG_INVALID', { file: 'environment', key: name, expected, got: shown });
}

function read<T>(
  env: Env,
  name: string,
  expected: string,
  parse: (text: string) => T | undefined,
  fallback: T | undefined,
): T {
  const text = raw(env, name);
  const value = text === undefined ? fallback : parse(text);
  if (value === undefined) throw envError(name, expected, text);
  return value;
}

export function envString(env: Env, name: string, fallback?: string): string {
  return read(env, name, 'a text', (text) => text, fallback);
}

/** A decimal integer in `[min, max]` (default: the safe integers from 0 on). */
export function envInt(
  env: Env,
  name: string,
  options: { fallback?: number; min?: number; max?: number } = {},
): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  const range = max === Number.MAX_SAFE_INTEGER ? `>= ${min}` : `from ${min} to ${max}`;
  return read(
    env,
    name,
    `an integer ${range}`,
    (text) => {
      const value = Number(text);
      return /^-?\d+$/.test(text) && value >= min && value <= max ? value : undefined;
    },
    options.fallback,
  );
}

/** A TCP port; 0 means "any free one". */
export function envPort(env: Env, name: string, fallback?: number): number {
  return envInt(env, name, { max: 65_535, ...(fallback === undefined ? {} : { fallback }) });
}

export function envBool(env: Env, name: string, fallback?: boolean): boolean {
  const words: Record<string, boolean> = { '1': true, true: true, '0': false, false: false };
  return read(env, name, '1, 0, true or false', (text) => words[text.toLowerCase()], fallback);
}

export function envEnum<const T extends string>(
  env: Env,
  name: string,
  values: readonly T[],
  fallback?: T,
): T {
  const expected = `one of ${values.join(', ')}`;
  return read(env, name, expected, (text) => values.find((value) => value === text), fallback);
}

/** A comma-separated list; blanks around items go, empty items too. */
export function envList(env: Env, name: string, fallback?: readonly string[]): readonly string[] {
  const items = (text: string): string[] | undefined => {
    const list = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return list.length === 0 ? undefined : list;
  };
  return read<readonly string[]>(env, name, 'a comma-separated list', items, fallback);
}

function asUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  return /^https?:$/.test(new URL(text).protocol) ? text.replace(/\/+$/, '') : undefined;
}

/** An http(s) URL, without trailing slashes. */
export function envUrl(env: Env, name: string, fallback?: string): string {
  return read(env, name, 'an http(s) URL', asUrl, fallback);
}

export function envUrls(env: Env, name: string, fallback?: readonly string[]): readonly string[] {
  return envList(env, name, fallback).map((item) => {
    const url = asUrl(item);
    if (url === undefined) throw envError(name, 'a comma-separated list of http(s) URLs', item);
    return url;
  });
}

/** Hex digits after `0x`, in lower case. */
export function envHex(env: Env, name: string, fallback?: string): string {
  const hex = (text: string): string | undefined =>
    /^0x[0-9a-fA-F]+$/.test(text) ? text.toLowerCase() : undefined;
  return read(env, name, 'hex digits after 0x', hex, fallback);
}

/** A host to listen on: an IP address or `localhost`. */
export function envHost(env: Env, name: string, fallback?: string): string {
  const host = (text: string): string | undefined =>
    text === 'localhost' || isIP(text) !== 0 ? text : undefined;
  return read(env, name, 'an IP address or localhost', host, fallback);
}
