import { EXIT } from '@stackctl/runtime';
import type { Context } from '../../context.ts';
import { encodeArguments, encodeRaw } from '../../contracts/encode.ts';
import { oneLine, presentResult } from '../../contracts/present.ts';
import { attempt, openSession } from '../../contracts/session.ts';
import type { ContractCall, InvokeOptions } from '../invoke/action.ts';

export async function callAction(
  context: Context,
  { target, name, args }: ContractCall,
  options: InvokeOptions,
): Promise<number> {
  const session = await openSession(context, options);
  const contractAddress = session.address(target);
  const ask = (calldata: string[]): Promise<string[]> =>
    attempt(`${name} of ${target}`, () =>
      session.provider.callContract({ contractAddress, entrypoint: name, calldata }),
    );
  if (options.raw === true) {
    const felts = await ask(encodeRaw(args));
    context.print(options.json === true ? JSON.stringify({ felts }) : felts.join('\n'));
    return EXIT.ok;
  }
  const abi = await session.abiAt(contractAddress);
  const found = abi.function(name);
  const felts = await ask(encodeArguments(abi, found, args));
  const result = presentResult(abi, found, felts);
  context.print(options.json === true ? JSON.stringify({ result, felts }) : oneLine(result));
  return EXIT.ok;
}
