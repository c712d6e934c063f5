import type { Declare } from '../declare.ts';
import { senderOptions } from '../session-options.ts';

export const invoke: Declare = (program, context, done) => {
  const command = program
    .command('invoke')
    .description('Send a transaction that calls a contract; prints its hash')
    .argument('<address>', 'address, or strk, eth, udc, fibonacci, factorial')
    .argument('<function>')
    .argument('[args...]', 'numbers, texts, JSON for lists and structs')
    .option('--raw', 'the arguments are felts: do not encode them by the ABI');
  senderOptions(command).action(async (target: string, name: string, args: string[], options) => {
    const { invokeAction } = await import('./action.ts');
    done(await invokeAction(context, { target, name, args }, options));
  });
};
