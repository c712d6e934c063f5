import {
  collect,
  configOption,
  type Declare,
  homeOption,
  jsonOption,
  numeric,
  presetOption,
} from '../declare.ts';

export const up: Declare = (program, context, done) => {
  program
    .command('up')
    .description('Boot the stack, run the client, wait for its proofs')
    .option('-d, --detach', 'leave it running in the background')
    .option('--validators <n>', 'sequencers', numeric)
    .option('--block-time <ms>', 'time between blocks, milliseconds', numeric)
    .option('--artifacts <dir>', 'folder of compiled contracts for declares; repeatable', collect)
    .option('--block-per-transaction', 'a block for each transaction, at once (for test suites)')
    .option('--no-client', 'boot only: send no transactions')
    .addOption(configOption())
    .addOption(presetOption())
    .addOption(homeOption())
    .addOption(jsonOption('the result as one JSON object on stdout'))
    .action(async (options) => {
      const { upAction } = await import('./action.ts');
      done(await upAction(context, options));
    });
};
