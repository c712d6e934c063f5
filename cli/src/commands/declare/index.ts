import type { Declare } from '../declare.ts';
import { senderOptions } from '../session-options.ts';

export const declareClass: Declare = (program, context, done) => {
  const command = program
    .command('declare')
    .description('Declare a compiled contract; prints its class hash')
    .argument('<file|name>', 'a *.contract_class.json, or the name of a contract in target/');
  senderOptions(command).action(async (target: string, options) => {
    const { declareAction } = await import('./action.ts');
    done(await declareAction(context, target, options));
  });
};
