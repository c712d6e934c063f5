import { type Declare, homeOption } from '../declare.ts';

export const restart: Declare = (program, context, done) => {
  program
    .command('restart')
    .description('Stop one service and start it again on its data')
    .argument('<service>', 'l1, sequencer-0, ..., watcher-prover, explorer')
    .addOption(homeOption())
    .action(async (service, options) => {
      const { restartAction } = await import('./action.ts');
      done(await restartAction(context, service, options));
    });
};
