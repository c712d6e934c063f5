import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** Where everything of one run lies. */
export interface HomePaths {
  readonly dir: string;
  /** What binds the data together: run id and topology. */
  readonly run: string;
  readonly genesis: string;
  /** Predeployed accounts with their keys. */
  readonly accounts: string;
  readonly keys: string;
  /** Compiled classes that `declare` hands to the sequencers. */
  readonly declared: string;
  readonly plan: string;
  /** What the supervisor last said. */
  readonly state: string;
  readonly lock: string;
  readonly socket: string;
  readonly logs: string;
  data(service: string): string;
  log(service: string): string;
}

/** A Unix socket's path must fit sun_path: 104 bytes on macOS, 108 on Linux, with its NUL. */
const SOCKET_PATH_LIMIT = 100;

function socketPath(dir: string): string {
  const inside = join(dir, 'control.sock');
  if (Buffer.byteLength(inside) <= SOCKET_PATH_LIMIT) return inside;
  const digest = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  return join(tmpdir(), `stackctl-${userInfo().uid}-${digest}.sock`);
}

export function homePaths(home: string): HomePaths {
  const dir = resolve(home);
  return {
    dir,
    run: join(dir, 'run.json'),
    genesis: join(dir, 'genesis.json'),
    accounts: join(dir, 'accounts.json'),
    keys: join(dir, 'keys'),
    declared: join(dir, 'declared'),
    plan: join(dir, 'plan.json'),
    state: join(dir, 'state.json'),
    lock: join(dir, 'lock'),
    socket: socketPath(dir),
    logs: join(dir, 'logs'),
    data: (service) => join(dir, service),
    log: (service) => join(dir, 'logs', `${service}.log`),
  };
}

/** The home that was asked for: flag, STACKCTL_HOME, else `.stack` in the current folder. */
export function resolveHome(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): { readonly dir: string; readonly isDefault: boolean } {
  const asked = flag ?? (env.STACKCTL_HOME === '' ? undefined : env.STACKCTL_HOME);
  return { dir: resolve(asked ?? '.stack'), isDefault: asked === undefined };
}
