import { configOption, type Declare, homeOption, jsonOption, numeric } from '../declare.ts';

export const spam: Declare = (program, context, done) => {
  program
    .command('spam')
    .description('Send transactions to the running stack, and say what became of them')
    .option('--rate <n>', 'transactions a second', numeric)
    .option('--duration <seconds>', 'how long to send', numeric)
    .option('--mix <kinds>', 'relative frequencies: fibonacci=1,factorial=1,erc20=1')
    .option('--seed <n>', 'what accounts, kinds and arguments follow from', numeric)
    .option('--fib-max <n>', 'largest fibonacci argument')
    .option('--factorial-max <n>', 'largest factorial argument')
    .option('--erc20-max <n>', 'largest amount transferred')
    .option('--signer <name>', 'starknet.js, or native: the same signatures, ten times as fast')
    .option('--timeout <seconds>', 'wait for inclusion after the last transaction')
    .option('--rpc <urls>', 'nodes to send to (default: all of the stack)')
    .addOption(jsonOption('the report as JSON'))
    .addOption(configOption())
    .addOption(homeOption())
    .action(async (options) => {
      const { spamAction } = await import('./action.ts');
      done(await spamAction(context, options));
    });
};
