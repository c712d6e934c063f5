import { EXIT } from '@stackctl/runtime';
import { feltToHex, StackError } from '@stackctl/types';
import { type CompiledSierra, hash } from 'starknet';
import type { Context } from '../../context.ts';
import { artifactFolders, handOver, resolveArtifact } from '../../contracts/artifact.ts';
import { attempt, DETAILS, openSession, type SessionOptions } from '../../contracts/session.ts';
import { settings } from '../settings.ts';

/**
 * Declares a class with the CASM that lies beside it. The sequencers get the CASM by the folder
 * that they look into: over RPC only the Sierra class and the compiled class hash travel.
 */
export async function declareAction(
  context: Context,
  target: string,
  options: SessionOptions,
): Promise<number> {
  const { artifacts } = settings(context, options).config;
  const artifact = resolveArtifact(target, artifactFolders(artifacts));
  const { file, sierra, casm } = artifact;
  if (casm === undefined) {
    const reason = `${file}: no *.compiled_contract_class.json beside it; have Scarb write it: casm = true in [[target.starknet-contract]]`;
    throw new StackError('USAGE', { reason });
  }
  const contract = sierra as unknown as CompiledSierra;
  const classHash = feltToHex(BigInt(hash.computeContractClassHash(contract)));
  const session = await openSession(context, options);
  const { provider, account, home } = session;

  const known = await provider.getClassByHash(classHash).then(
    () => true,
    () => false,
  );
  if (known) {
    context.note('It is declared already.');
    print(context, options, { classHash, declared: false });
    return EXIT.ok;
  }
  handOver(home.declared, classHash, artifact);
  const sent = await attempt(`declaring ${target}`, () =>
    account.declare({ contract, casm: casm as never, classHash }, DETAILS),
  );
  const { transactionHash, block, fee } = await session.included(sent.transaction_hash);
  print(context, options, { classHash, declared: true, transactionHash, block, fee });
  return EXIT.ok;
}

function print(
  context: Context,
  { json }: SessionOptions,
  result: { readonly classHash: string; readonly [more: string]: unknown },
): void {
  context.print(json === true ? JSON.stringify(result) : result.classHash);
}
