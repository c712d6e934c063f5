import { EXIT, exitCodeOf, reasonOf, systemCode } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands/index.ts';
import { type Context, type ContextOptions, createContext, withoutColour } from './context.ts';

/** The command line as data; `done` gets the exit code of the command that ran. */
export function createProgram(context: Context, done: (code: number) => void): Command {
  const program = new Command('stackctl')
    .description('A complete validity rollup on your machine: L1, sequencers, prover.')
    .option('--no-color', 'no colours (also: NO_COLOR=1)')
    .showSuggestionAfterError()
    .showHelpAfterError('(stackctl --help lists the commands)')
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .hook('preAction', (_program, command) => {
      if (command.optsWithGlobals().color === false) withoutColour(context);
    });
  for (const declare of COMMANDS) declare(program, context, done);
  return program;
}

/** Runs one command; the exit code says what came of it (see README, "Exit codes"). */
export async function runCli(
  args: readonly string[],
  options: ContextOptions = {},
): Promise<number> {
  // Whoever reads our output may stop reading (`stackctl logs | head`): that ends us quietly.
  let readerGone = false;
  process.stdout.on('error', (error) => {
    if (systemCode(error) === 'EPIPE') readerGone = true;
    else throw error;
  });
  process.stderr.on('error', () => {});

  const context = createContext(options);
  if (args.includes('--no-color')) withoutColour(context);
  let code: number = EXIT.ok;
  try {
    const program = createProgram(context, (result) => {
      code = result;
    });
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.config;
    }
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said what is wrong; help and version end with 0.
      return error.exitCode === 0 ? EXIT.ok : EXIT.config;
    }
    if (readerGone) return EXIT.ok;
    context.note(`${context.err.red('error')} ${reasonOf(error)}`);
    if (!isStackError(error) && error instanceof Error && context.env.STACKCTL_DEBUG === '1') {
      context.note(error.stack ?? '');
    }
    return exitCodeOf(error);
  }
  return code;
}
