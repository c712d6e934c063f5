import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRpcClient, type RpcClient } from '@stackctl/rpc';
import { freePort } from '@stackctl/runtime';
import { feltToHex } from '@stackctl/types';
import { Account, RpcProvider } from 'starknet';

const STACKCTL = fileURLToPath(new URL('../../../../cli/src/main.ts', import.meta.url));
const run = promisify(execFile);

export interface Stack {
  /** Of the explorer. */
  readonly origin: string;
  readonly rpcUrl: string;
  readonly rpc: RpcClient;
  readonly proofs: string;
  account(index: number): Promise<Account>;
  close(): Promise<void>;
}

/** A whole stack in a folder of its own, as users boot it. */
export async function startStack(): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-stack-'));
  const home = join(folder, 'home');
  const base = await freePort();
  const at = (n: number) => String(20_000 + ((base + n * 40) % 40_000));
  const env = {
    PATH: process.env.PATH,
    NO_COLOR: '1',
    STACKCTL_HOME: home,
    STACKCTL_PORTS_L1: at(0),
    STACKCTL_PORTS_SEQUENCER: at(1),
    STACKCTL_PORTS_P2P: at(2),
    STACKCTL_PORTS_WATCHER_PROVER: at(3),
    STACKCTL_PORTS_EXPLORER: at(4),
    STACKCTL_VALIDATORS: '2',
    STACKCTL_BLOCK_TIME_MS: '1000',
    STACKCTL_EXPLORER_CHAOS: 'true',
  };
  const stackctl = (...args: string[]) => run(process.execPath, [STACKCTL, ...args], { env });
  await stackctl('up', '--detach', '--no-client', '--preset', 'run-local');
  const { services } = JSON.parse((await stackctl('status', '--json')).stdout) as {
    services: ReadonlyArray<{ name: string; endpoints: Record<string, string> }>;
  };
  const endpoint = (service: string, name: string) =>
    services.find((each) => each.name === service)?.endpoints[name] ?? '';
  const rpcUrl = endpoint('sequencer-0', 'rpc');
  const rpc = createRpcClient([rpcUrl]);
  return {
    origin: endpoint('explorer', 'http'),
    rpcUrl,
    rpc,
    proofs: join(home, 'proofs'),
    async account(index) {
      const account = (await rpc.devnet_getPredeployedAccounts())[index];
      if (account === undefined) throw new RangeError(`no account ${index}`);
      return new Account({
        provider: new RpcProvider({ nodeUrl: rpcUrl, transactionRetryIntervalFallback: 200 }),
        address: feltToHex(account.address),
        signer: feltToHex(account.privateKey),
      });
    },
    async close() {
      await stackctl('down').catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
