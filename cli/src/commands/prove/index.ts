import { Option } from 'commander';
import { type Declare, jsonOption } from '../declare.ts';

export const prove: Declare = (program, context, done) => {
  program
    .command('prove')
    .description('Prove the run of a compiled Cairo program (Cairo 0 JSON, --proof_mode, no hints)')
    .argument('<program.json>', 'the compiled program')
    .option('--input <file>', 'input of the program (JSON), for programs that read one')
    .addOption(
      new Option('--layout <name>', 'auto: the cheapest that has its builtins')
        .choices(['auto', 'lite', 'full', 'mods'])
        .default('auto'),
    )
    .option('--out <file>', 'where the proof goes (default: <program>.proof, here)')
    .addOption(jsonOption('what was proven as JSON, and no progress'))
    .action(async (path, options) => {
      const { proveAction } = await import('./action.ts');
      done(await proveAction(context, path, options));
    });
};
