import { type Declare, homeOption, jsonOption } from '../declare.ts';

export const verify: Declare = (program, context, done) => {
  program
    .command('verify')
    .description("Check a proof, a block's against the block; exit 0 only when it verifies")
    .argument('<block|file>', 'number of a block, or path of a proof (of a block or a program)')
    .option('--rpc <urls>', 'nodes to read the block from (default: all of the stack)')
    .option('--program <file>', 'the compiled program that a proof must be of')
    .option('--proofs <dir>', 'folder of proofs (default: of the run)')
    .addOption(jsonOption('the verdict as JSON'))
    .addOption(homeOption())
    .action(async (target, options) => {
      const { verifyAction } = await import('./action.ts');
      done(await verifyAction(context, target, options));
    });
};
