import { type Declare, homeOption } from '../declare.ts';

export const clean: Declare = (program, context, done) => {
  program
    .command('clean')
    .description('Stop the stack and delete its data and proofs')
    .addOption(homeOption())
    .action(async (options) => {
      const { cleanAction } = await import('./action.ts');
      done(await cleanAction(context, options));
    });
};
