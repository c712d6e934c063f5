import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { StackError } from '@stackctl/types';
import type { z } from 'zod';
import { DEFAULTS, type Partially, PRESETS } from './defaults.ts';
import { configSchema, type StackConfig } from './schema.ts';
import { nearest } from './suggest.ts';

/** Where a value came from, and the name that the user gave it there. */
interface Origin {
  readonly source: 'default' | 'preset' | 'file' | 'environment' | 'flag';
  /** As errors name it: a path, "environment", "command line". */
  readonly file: string;
  readonly key: string;
}

export interface LoadedConfig {
  readonly config: StackConfig;
  /** Whether the user chose the value (file, environment, flag): `isSet('ports.l1')`. */
  readonly isSet: (key: string) => boolean;
}

export interface LoadOptions {
  /** JSON file; undefined when there is none. */
  readonly file?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values given on the command line, with the flag's name: `{validators: 4}`. */
  readonly flags?: Partially<StackConfig>;
  /** Name of a preset; the file's own "preset" key counts when it is absent. */
  readonly preset?: string | undefined;
}

type Tree = { [key: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}

function invalid(origin: { file: string; key: string }, expected: string, got: string) {
  return new StackError('CONFIG_INVALID', { file: origin.file, key: origin.key, expected, got });
}

/** STACKCTL_ and the key in capitals: `ports.watcherProver` -> STACKCTL_PORTS_WATCHER_PROVER. */
export function environmentName(key: string): string {
  const snake = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('.', '_');
  return `STACKCTL_${snake.toUpperCase()}`;
}

/** Every leaf of the configuration with its default: `[["ports.l1", 8545], ...]`. */
function leaves(tree: Tree, prefix = ''): Array<[string, unknown]> {
  return Object.entries(tree).flatMap(([name, value]) =>
    isTree(value) ? leaves(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]],
  );
}

/** A variable's text in the type of the value that it replaces; left as text when it is no such. */
function fromText(value: string, like: unknown): unknown {
  if (typeof like === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  // Lists are of paths, written as in PATH.
  if (Array.isArray(like)) return value.split(delimiter).filter((item) => item !== '');
  if (typeof like === 'boolean') {
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
  }
  return value;
}

function nest(key: string, value: unknown): Tree {
  const [head = '', ...rest] = key.split('.');
  return { [head]: rest.length === 0 ? value : nest(rest.join('.'), value) };
}

function readFile(file: string): Tree {
  let textOf: string;
  try {
    textOf = readFileSync(file, 'utf8');
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = absent ? 'no such file' : String((error as Error).message);
    throw new StackError('CONFIG_UNREADABLE', { file, reason }, { cause: error });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(textOf);
  } catch (error) {
    const reason = `not JSON: ${(error as Error).message}`;
    throw new StackError('CONFIG_UNREADABLE', { file, reason }, { cause: error });
  }
  if (!isTree(parsed)) throw invalid({ file, key: '(root)' }, 'an object', shown(parsed));
  return parsed;
}

/** Values laid over one another, each remembering where it came from. */
class Layers {
  readonly values: Tree = {};
  private readonly origins = new Map<string, Origin>();

  lay(tree: Tree, origin: (key: string) => Origin, into: Tree = this.values, prefix = ''): void {
    for (const [name, value] of Object.entries(tree)) {
      if (value === undefined) continue;
      const key = `${prefix}${name}`;
      const under = into[name];
      this.origins.set(key, origin(key));
      if (isTree(value) && (isTree(under) || under === undefined)) {
        const copy = isTree(under) ? under : {};
        into[name] = copy;
        this.lay(value, origin, copy, `${key}.`);
      } else into[name] = value;
    }
  }

  originOf(key: string): Origin {
    return this.origins.get(key) ?? { source: 'default', file: 'defaults', key };
  }
}

function known(path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = DEFAULTS;
  for (const part of path) at = isTree(at) ? at[String(part)] : undefined;
  return isTree(at) ? Object.keys(at) : [];
}

/** Variables that programs of this kind share, for the keys of `proofStorage`. */
const STORAGE_VARIABLES = [
  ['bucket', 'S3_BUCKET_NAME'],
  ['region', 'AWS_REGION'],
  ['endpoint', 'S3_ENDPOINT'],
  ['endpoint', 'AWS_ENDPOINT_URL_S3'],
  ['pathStyle', 'S3_FORCE_PATH_STYLE'],
] as const;

/** PROVER_STORAGE, and once it is s3 the others: until then they may be meant for another program. */
function layStorageVariables(layers: Layers, env: NonNullable<LoadOptions['env']>): void {
  const lay = (key: string, name: string, value: unknown) =>
    layers.lay({ proofStorage: { [key]: value } }, () => ({
      source: 'environment',
      file: 'environment',
      key: name,
    }));
  const storage = () => layers.values.proofStorage as Tree | undefined;
  if ((env.PROVER_STORAGE ?? '') !== '') lay('kind', 'PROVER_STORAGE', env.PROVER_STORAGE);
  const kind = env[environmentName('proofStorage.kind')] || storage()?.kind;
  if (kind !== 's3') return;
  for (const [key, name] of STORAGE_VARIABLES) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    lay(key, name, fromText(value, DEFAULTS.proofStorage[key]));
  }
}

/** ENABLE_BLOCK_VERIFICATION, as explorers of this kind read it. */
function layVerificationVariable(layers: Layers, env: NonNullable<LoadOptions['env']>): void {
  const key = 'ENABLE_BLOCK_VERIFICATION';
  const value = env[key];
  if (value === undefined || value === '') return;
  const verifyBlocks = fromText(value, DEFAULTS.explorer.verifyBlocks);
  layers.lay({ explorer: { verifyBlocks } }, () => ({
    source: 'environment',
    file: 'environment',
    key,
  }));
}

/** The first complaint of the schema, in the user's terms. */
function asError(issue: z.core.$ZodIssue, layers: Layers): StackError<'CONFIG_INVALID'> {
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    const key = [...issue.path, name].join('.');
    const names = known(issue.path);
    const near = nearest(name, names);
    const expected = near === undefined ? `one of ${names.join(', ')}` : `"${near}", perhaps`;
    return invalid(layers.originOf(key), expected, 'an unknown key');
  }
  const key = issue.path.join('.');
  let value: unknown = layers.values;
  for (const part of issue.path) value = isTree(value) ? value[String(part)] : undefined;
  return invalid(layers.originOf(key), issue.message, shown(value));
}

/**
 * The configuration: defaults, then preset, file, environment (STACKCTL_*) and flags, each over the
 * one before. Fails with CONFIG_UNREADABLE or CONFIG_INVALID, naming where the wrong value stands.
 */
export function loadConfig(options: LoadOptions = {}): LoadedConfig {
  const layers = new Layers();
  layers.lay(DEFAULTS, (key) => ({ source: 'default', file: 'defaults', key }));

  const fromFile = options.file === undefined ? {} : readFile(options.file);
  const file = options.file ?? '';
  const { preset: filePreset, $schema: _schema, ...settings } = fromFile;
  const preset = options.preset ?? filePreset ?? options.env?.STACKCTL_PRESET ?? 'default';
  const tree = typeof preset === 'string' ? PRESETS[preset] : undefined;
  if (typeof preset !== 'string' || tree === undefined) {
    const where = options.preset !== undefined ? 'command line' : file || 'environment';
    const expected = `one of ${Object.keys(PRESETS).join(', ')}`;
    throw invalid({ file: where, key: 'preset' }, expected, shown(preset));
  }
  layers.lay(tree, (key) => ({ source: 'preset', file: `preset ${preset}`, key }));
  layers.lay(settings, (key) => ({ source: 'file', file, key }));

  layStorageVariables(layers, options.env ?? {});
  layVerificationVariable(layers, options.env ?? {});
  for (const [key, like] of leaves(DEFAULTS)) {
    const name = environmentName(key);
    const value = options.env?.[name];
    if (value === undefined || value === '') continue;
    layers.lay(nest(key, fromText(value, like)), () => ({
      source: 'environment',
      file: 'environment',
      key: name,
    }));
  }
  layers.lay(options.flags ?? {}, (key) => ({ source: 'flag', file: 'command line', key }));

  const result = configSchema.safeParse(layers.values);
  if (!result.success) {
    const issue = result.error.issues[0];
    if (issue !== undefined) throw asError(issue, layers);
    throw invalid({ file, key: '(root)' }, 'a valid configuration', 'something else');
  }
  const config = result.data;
  if (Object.values(config.client.mix).every((share) => share === 0)) {
    throw invalid(
      layers.originOf('client.mix'),
      'at least one weight above 0',
      shown(config.client.mix),
    );
  }
  return {
    config,
    isSet: (key) => !['default', 'preset'].includes(layers.originOf(key).source),
  };
}
