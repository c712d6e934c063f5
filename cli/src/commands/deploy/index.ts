import type { Declare } from '../declare.ts';
import { senderOptions } from '../session-options.ts';

export const deploy: Declare = (program, context, done) => {
  const command = program
    .command('deploy')
    .description('Deploy a declared class through the universal deployer; prints the address')
    .argument('<class-hash|name>', 'class hash, or a contract as `declare` takes it')
    .argument('[args...]', 'arguments of the constructor')
    .option('--salt <felt>', 'salt of the address (default: random)')
    .option('--unique', 'let the address depend on the account')
    .option('--raw', 'the arguments are felts: do not encode them by the ABI');
  senderOptions(command).action(async (target: string, args: string[], options) => {
    const { deployAction } = await import('./action.ts');
    done(await deployAction(context, target, args, options));
  });
};
