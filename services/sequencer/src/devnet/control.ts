import type { GenesisAccount } from '@stackctl/contracts-l2';
import type { RpcResponse } from '@stackctl/rpc';
import type { Clock } from '@stackctl/runtime';
import type { Felt } from '@stackctl/types';
import type { Ledger } from '../execution/ledger.ts';
import type { Intake } from '../mempool/intake.ts';
import type { Pool } from '../mempool/pool.ts';
import { type Commands, createCommands } from './commands.ts';
import type { Commits } from './commits.ts';
import type { LoadOptions } from './dump.ts';
import { createFaucet, type Faucet } from './faucet.ts';
import { createPostman, type Postman } from './postman.ts';
import type { DevnetQueue } from './queue.ts';

/** Everything by which developers change the chain. */
export interface DevnetControl {
  readonly commands: Commands;
  readonly faucet: Faucet;
  readonly postman: Postman;
  readonly replay: LoadOptions;
}

export interface ControlOptions {
  readonly chainId: Felt;
  readonly ledger: Ledger;
  readonly pool: Pool;
  readonly intake: Intake;
  readonly queue: DevnetQueue;
  readonly commits: Commits;
  readonly clock: Clock;
  readonly minter: () => GenesisAccount;
  readonly answer: (request: unknown) => Promise<RpcResponse | undefined>;
}

export function createControl(options: ControlOptions): DevnetControl {
  const commands = createCommands(options);
  return {
    commands,
    faucet: createFaucet(options),
    postman: createPostman({ ...options, commands }),
    replay: options,
  };
}
