import { randomBytes } from 'node:crypto';
import { EXIT } from '@stackctl/runtime';
import { feltToHex, isStackError, StackError } from '@stackctl/types';
import { type CompiledSierra, hash } from 'starknet';
import type { Context } from '../../context.ts';
import { artifactFolders, resolveArtifact } from '../../contracts/artifact.ts';
import { encodeArguments, encodeRaw } from '../../contracts/encode.ts';
import {
  abiOf,
  attempt,
  DETAILS,
  openSession,
  type Session,
  type SessionOptions,
} from '../../contracts/session.ts';
import { settings } from '../settings.ts';

export interface DeployOptions extends SessionOptions {
  readonly salt?: string;
  readonly unique?: boolean;
  readonly raw?: boolean;
}

export async function deployAction(
  context: Context,
  target: string,
  args: readonly string[],
  options: DeployOptions,
): Promise<number> {
  const classHash = classHashOf(context, target, options);
  const salt =
    options.salt === undefined
      ? feltToHex(BigInt(`0x${randomBytes(16).toString('hex')}`))
      : encodeRaw([options.salt])[0];
  const session = await openSession(context, options);
  const abi = abiOf((await declaredClass(session, classHash, target)).abi);
  const calldata =
    options.raw === true ? encodeRaw(args) : encodeArguments(abi, abi.constructorOf(), args);
  const call = {
    contractAddress: session.udc,
    entrypoint: 'deployContract',
    calldata: [
      classHash,
      salt ?? '0x0',
      options.unique === true ? '0x1' : '0x0',
      `0x${calldata.length.toString(16)}`,
      ...calldata,
    ],
  };
  const sent = await attempt(`deploying ${target}`, () => session.account.execute(call, DETAILS));
  const { transactionHash, block, fee, events } = await session.included(sent.transaction_hash);
  // The deployer's only event; its first value is the address.
  const deployed = events.find(({ from }) => BigInt(from) === BigInt(session.udc));
  const address = feltToHex(BigInt(deployed?.data[0] ?? 0));
  const result = { address, classHash, salt, transactionHash, block, fee };
  context.print(options.json === true ? JSON.stringify(result) : address);
  return EXIT.ok;
}

/** A class hash as it is, or that of an artifact. */
function classHashOf(context: Context, target: string, options: DeployOptions): string {
  if (/^0x[0-9a-fA-F]{1,64}$/.test(target)) return feltToHex(BigInt(target));
  const { artifacts } = settings(context, options).config;
  const { sierra } = resolveArtifact(target, artifactFolders(artifacts));
  return feltToHex(BigInt(hash.computeContractClassHash(sierra as unknown as CompiledSierra)));
}

async function declaredClass({ provider }: Session, classHash: string, target: string) {
  try {
    return await attempt(`class ${classHash}`, () => provider.getClassByHash(classHash));
  } catch (error) {
    if (!isStackError(error, 'REFUSED')) throw error;
    const hint = target === classHash ? '' : `; run: stackctl declare ${target}`;
    const reason = `it is not declared${hint}`;
    throw new StackError('REFUSED', { what: `class ${classHash}`, reason }, { cause: error });
  }
}
