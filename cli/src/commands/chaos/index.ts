import { Argument } from 'commander';
import { type Declare, homeOption } from '../declare.ts';

/** What a user asks for, and the fault that it is. */
export const WORDS = ['kill', 'pause', 'heal'] as const;

export const chaos: Declare = (program, context, done) => {
  program
    .command('chaos')
    .description('Make a service fail, to see what the rest does')
    .addArgument(
      new Argument(
        '<what>',
        'kill: it dies at once and is started again; pause, heal: it hangs',
      ).choices(WORDS),
    )
    .argument('<service>', 'l1, sequencer-0, ..., watcher-prover, explorer')
    .addOption(homeOption())
    .action(async (what: (typeof WORDS)[number], service, options) => {
      const { chaosAction } = await import('./action.ts');
      done(await chaosAction(context, what, service, options));
    });
};
