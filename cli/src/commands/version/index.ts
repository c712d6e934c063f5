import { type Declare, jsonOption } from '../declare.ts';

export const version: Declare = (program, context, done) => {
  program
    .command('version')
    .description('Versions of stackctl and of what it runs on')
    .addOption(jsonOption('as JSON'))
    .action(async (options) => {
      const { versionAction } = await import('./action.ts');
      done(versionAction(context, options));
    });
};
