import { type Declare, homeOption, jsonOption, numeric } from '../declare.ts';

export const logs: Declare = (program, context, done) => {
  program
    .command('logs')
    .description('What the services say')
    .argument('[service]', 'one service, or supervisor (default: all services)')
    .option('-f, --follow', 'go on as they say more')
    .option('-n, --lines <count>', 'lines of each to begin with', numeric, 50)
    .addOption(jsonOption('the lines as they were written'))
    .addOption(homeOption())
    .action(async (service, options) => {
      const { logsAction } = await import('./action.ts');
      done(await logsAction(context, service, options));
    });
};
