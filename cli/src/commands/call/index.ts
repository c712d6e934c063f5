import type { Declare } from '../declare.ts';
import { sessionOptions } from '../session-options.ts';

export const call: Declare = (program, context, done) => {
  const command = program
    .command('call')
    .description('Read from a contract; prints what the function returns')
    .argument('<address>', 'address, or strk, eth, udc, fibonacci, factorial')
    .argument('<function>')
    .argument('[args...]', 'numbers, texts, JSON for lists and structs')
    .option('--raw', 'arguments and result are felts: do not use the ABI');
  sessionOptions(command).action(async (target: string, name: string, args: string[], options) => {
    const { callAction } = await import('./action.ts');
    done(await callAction(context, { target, name, args }, options));
  });
};
