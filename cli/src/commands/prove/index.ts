import { InvalidArgumentError, Option } from 'commander';
import { type Declare, jsonOption } from '../declare.ts';

/** More than any machine here would use, and each takes memory of its own. */
const MOST_THREADS = 64;

function threads(text: string): number {
  const count = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MOST_THREADS)
    throw new InvalidArgumentError(`a number from 1 to ${MOST_THREADS}`);
  return count;
}

export const prove: Declare = (program, context, done) => {
  program
    .command('prove')
    .description(
      'Prove the run of a compiled Cairo program (executable of Cairo 2, or Cairo 0 in proof mode)',
    )
    .argument('<program.json>', 'the compiled program')
    .option(
      '--input <file|json>',
      'arguments of an executable: JSON list of felts, as its Serde reads them',
    )
    .addOption(
      new Option('--layout <name>', 'auto: the cheapest that has its builtins')
        .choices(['auto', 'lite', 'full', 'mods'])
        .default('auto'),
    )
    .addOption(
      new Option('--threads <n>', 'threads of the prover (default: one a core)').argParser(threads),
    )
    .option('--out <file>', 'where the proof goes (default: <program>.proof, here)')
    .addOption(jsonOption('what was proven as JSON, and no progress'))
    .action(async (path, options) => {
      const { proveAction } = await import('./action.ts');
      done(await proveAction(context, path, options));
    });
};
