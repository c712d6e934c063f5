import { type Declare, jsonOption } from '../declare.ts';

export const proof: Declare = (program, context, done) => {
  program
    .command('proof')
    .description('Look at proofs')
    .command('show')
    .description('What a proof says about itself; nothing of it is checked (verify does that)')
    .argument('<file>', 'proof of a block (<block hash>-proof) or of a program')
    .addOption(jsonOption('as JSON'))
    .action(async (path, options) => {
      const { showAction } = await import('./action.ts');
      done(await showAction(context, path, options));
    });
};
