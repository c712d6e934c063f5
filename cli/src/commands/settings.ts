import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedConfig, loadConfig, type Partially, type StackConfig } from '@stackctl/config';
import { StackError } from '@stackctl/types';
import type { Context } from '../context.ts';
import { type HomePaths, homePaths, resolveHome } from '../home/paths.ts';
import { type Run, readRun } from '../home/run.ts';

export interface SettingsOptions {
  readonly home?: string;
  readonly config?: string;
  readonly preset?: string;
}

const DEFAULT_FILE = 'stackctl.config.json';

/** The configuration of a command: the file that was named or lies here, environment, flags. */
export function settings(
  context: Context,
  options: SettingsOptions,
  flags: Partially<StackConfig> = {},
): LoadedConfig {
  const file = options.config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  return loadConfig({ file, env: context.env, flags, preset: options.preset });
}

export function homeOf(context: Context, options: SettingsOptions): HomePaths {
  return homePaths(resolveHome(options.home, context.env).dir);
}

/** Where proofs go: as configured, else ./proofs, or the home when one is named. */
export function proofsDirOf(
  context: Context,
  options: SettingsOptions,
  config: StackConfig,
): string {
  if (config.proofsDir !== '') return config.proofsDir;
  const home = resolveHome(options.home, context.env);
  return home.isDefault ? 'proofs' : join(home.dir, 'proofs');
}

/** The run of a home; NOT_RUNNING when there never was one. */
export function requireRun(home: HomePaths): Run {
  const run = readRun(home);
  if (run === undefined) throw new StackError('NOT_RUNNING', { home: home.dir });
  return run;
}
