import { EXIT } from '@stackctl/runtime';
import type { Context } from '../../context.ts';
import { encodeArguments, encodeRaw } from '../../contracts/encode.ts';
import { attempt, DETAILS, openSession, type SessionOptions } from '../../contracts/session.ts';

export interface ContractCall {
  readonly target: string;
  readonly name: string;
  readonly args: readonly string[];
}

export interface InvokeOptions extends SessionOptions {
  readonly raw?: boolean;
}

export async function invokeAction(
  context: Context,
  { target, name, args }: ContractCall,
  options: InvokeOptions,
): Promise<number> {
  const session = await openSession(context, options);
  const contractAddress = session.address(target);
  const abi = await session.abiAt(contractAddress);
  const calldata =
    options.raw === true ? encodeRaw(args) : encodeArguments(abi, abi.function(name), args);
  const call = { contractAddress, entrypoint: name, calldata };
  const sent = await attempt(`${name} of ${target}`, () => session.account.execute(call, DETAILS));
  const result = await session.included(sent.transaction_hash);
  context.print(options.json === true ? JSON.stringify(result) : result.transactionHash);
  return EXIT.ok;
}
