import { readFileSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '@stackctl/runtime';
import type { Context } from '../../context.ts';

/** The Starknet JSON-RPC version that the sequencers speak. */
const RPC_SPEC = '0.10.2';

export function versionAction(context: Context, options: { readonly json?: boolean }): number {
  const manifest = readFileSync(join(context.root, 'cli', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const facts = {
    stackctl: version,
    node: process.versions.node,
    starknetRpc: RPC_SPEC,
    platform: `${platform()} ${arch()} ${release()}`,
  };
  if (options.json === true) context.print(JSON.stringify(facts));
  else
    for (const [name, value] of Object.entries(facts)) context.print(`${name.padEnd(12)} ${value}`);
  return EXIT.ok;
}
