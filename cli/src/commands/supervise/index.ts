import type { Declare } from '../declare.ts';

/** What `up` starts in the background; not for people. */
export const supervise: Declare = (program, _context, done) => {
  program
    .command('supervise', { hidden: true })
    .requiredOption('--home <dir>')
    .action(async (options) => {
      const { supervise: run } = await import('../../supervisor/supervise.ts');
      done(await run(options.home));
    });
};
