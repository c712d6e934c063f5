import { type Declare, homeOption, jsonOption } from '../declare.ts';

export const status: Declare = (program, context, done) => {
  program
    .command('status')
    .description('What runs, how far the chain and its proofs are')
    .addOption(jsonOption('as JSON'))
    .addOption(homeOption())
    .action(async (options) => {
      const { statusAction } = await import('./action.ts');
      done(await statusAction(context, options));
    });
};
