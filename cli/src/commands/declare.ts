import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';

/** Adds one command to the program. Its action is loaded when it runs, and returns the exit code. */
export type Declare = (program: Command, context: Context, done: (code: number) => void) => void;

/** `--home DIR`, which every command that looks at a stack takes. */
export const homeOption = () =>
  new Option('--home <dir>', 'folder of the run (default: $STACKCTL_HOME, else .stack)');

export const configOption = () =>
  new Option('--config <file>', 'configuration (default: stackctl.config.json, when there is one)');

export const presetOption = () => new Option('--preset <name>', 'starting point of the settings');

export const jsonOption = (what: string) => new Option('--json', what);

/** For options that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** For options that are numbers; the configuration's schema checks the range. */
export function numeric(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError('expected a number');
  }
  return value;
}
