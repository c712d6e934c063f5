import { Option } from 'commander';
import { type Declare, homeOption, jsonOption } from '../declare.ts';

export const env: Declare = (program, context, done) => {
  program
    .command('env')
    .description('URLs, chain ids and addresses for programs: eval "$(stackctl env)"')
    .addOption(jsonOption('as one JSON object').conflicts('dotenv'))
    .addOption(new Option('--dotenv', 'as a .env file'))
    .addOption(homeOption())
    .action(async (options) => {
      const { envAction } = await import('./action.ts');
      done(await envAction(context, options));
    });
};
