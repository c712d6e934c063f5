import { type Declare, homeOption } from '../declare.ts';

export const down: Declare = (program, context, done) => {
  program
    .command('down')
    .description('Stop the stack; its data stays')
    .addOption(homeOption())
    .action(async (options) => {
      const { downAction } = await import('./action.ts');
      done(await downAction(context, options));
    });
};
