import { configOption, type Declare, homeOption, jsonOption } from '../declare.ts';

export const doctor: Declare = (program, context, done) => {
  program
    .command('doctor')
    .description('Look at this machine and this checkout, and say what is missing')
    .addOption(jsonOption('as JSON'))
    .addOption(configOption())
    .addOption(homeOption())
    .action(async (options) => {
      const { doctorAction } = await import('./action.ts');
      done(await doctorAction(context, options));
    });
};
