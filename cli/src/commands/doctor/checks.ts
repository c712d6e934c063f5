import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import type { StackConfig } from '@stackctl/config';
import { isPortFree, reasonOf } from '@stackctl/runtime';
import { execa } from 'execa';
import type { Context } from '../../context.ts';
import type { HomePaths } from '../../home/paths.ts';
import { readRun, servicesWithData } from '../../home/run.ts';
import { wantedPorts } from '../../plan/ports.ts';
import { inspect } from '../../supervisor/inspect.ts';

export interface Check {
  readonly name: string;
  readonly result: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

interface Patient {
  readonly context: Context;
  readonly config: StackConfig;
  readonly home: HomePaths;
}

const GIB = 2 ** 30;
/** Least Node: the first that runs TypeScript without a flag. */
const NODE = [22, 18] as const;
const DISK_GIB = { fail: 0.2, warn: 2 };
const MEMORY_GIB = { fail: 1.5, warn: 4 };

/** A look at each thing that a stack needs, all at once. */
export function checks(patient: Patient): Promise<Check>[] {
  return [
    node(),
    npm(),
    build(patient),
    memory(),
    disk(patient),
    ports(patient),
    state(patient),
    tools(),
  ];
}

async function node(): Promise<Check> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return {
    name: 'node',
    result: enough ? 'ok' : 'fail',
    detail: `${process.versions.node} on ${process.platform} ${process.arch}`,
    ...(enough ? {} : { remedy: `at least ${NODE.join('.')}; ./stackctl brings its own` }),
  };
}

async function versionOf(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await execa(program, args, { timeout: 10_000, stdin: 'ignore' });
    return stdout.split('\n')[0];
  } catch {
    return undefined;
  }
}

async function npm(): Promise<Check> {
  const version = await versionOf('npm', '--version');
  return version === undefined
    ? { name: 'npm', result: 'warn', detail: 'not on PATH', remedy: 'needed to install and build' }
    : { name: 'npm', result: 'ok', detail: version };
}

/** Whether every workspace that is built has been, from its present sources. */
async function build({ context }: Patient): Promise<Check> {
  const [program, ...flags] = context.node;
  const script = join(context.root, 'scripts', 'build.ts');
  const { stdout, exitCode } = await execa(program, [...flags, script, '--check'], {
    reject: false,
    stdin: 'ignore',
  });
  if (exitCode === 0) return { name: 'build', result: 'ok', detail: 'up to date' };
  const stale = stdout.split('\n').filter((line) => line !== '');
  const detail = stale.length === 0 ? 'cannot be checked' : `out of date: ${stale.join(', ')}`;
  return { name: 'build', result: 'warn', detail, remedy: 'make build' };
}

function graded(
  name: string,
  value: number,
  limits: { readonly fail: number; readonly warn: number },
  detail: string,
  remedy: string,
): Check {
  const result = value < limits.fail ? 'fail' : value < limits.warn ? 'warn' : 'ok';
  return { name, result, detail, ...(result === 'ok' ? {} : { remedy }) };
}

async function memory(): Promise<Check> {
  const total = totalmem() / GIB;
  const detail = `${total.toFixed(1)} GiB, ${availableParallelism()} cores`;
  return graded('memory', total, MEMORY_GIB, detail, 'fewer sequencers need less: --validators 1');
}

async function disk({ home }: Patient): Promise<Check> {
  let folder = home.dir;
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = (bavail * bsize) / GIB;
    const detail = `${free.toFixed(1)} GiB free for ${home.dir}`;
    return graded('disk', free, DISK_GIB, detail, 'free some space, or choose another --home');
  } catch (error) {
    return { name: 'disk', result: 'fail', detail: reasonOf(error) };
  }
}

async function ports({ config, home }: Patient): Promise<Check> {
  const name = 'ports';
  if ((await inspect(home)).kind === 'live') {
    return { name, result: 'ok', detail: 'in use by the running stack' };
  }
  const taken: number[] = [];
  for (const { wanted } of wantedPorts(config)) {
    if (!(await isPortFree(wanted, config.host))) taken.push(wanted);
  }
  if (taken.length === 0) return { name, result: 'ok', detail: 'all free' };
  return {
    name,
    result: config.ports.strict ? 'fail' : 'warn',
    detail: `taken: ${taken.join(', ')}`,
    ...(config.ports.strict ? {} : { remedy: '`up` uses the next free ones, and says which' }),
  };
}

async function state({ home }: Patient): Promise<Check> {
  const name = 'state';
  try {
    const standing = await inspect(home);
    const run = readRun(home);
    if (standing.kind === 'hung' || standing.kind === 'dead') {
      const left = standing.kind === 'dead' ? standing.leftovers.length : 0;
      const detail = `a stack without a supervisor${left === 0 ? '' : `, ${left} services still run`}`;
      return { name, result: 'warn', detail, remedy: '`stackctl down` clears it, `up` repairs it' };
    }
    if (run === undefined) {
      const found = servicesWithData(home);
      return found.length === 0
        ? { name, result: 'ok', detail: `no run in ${home.dir} yet` }
        : {
            name,
            result: 'fail',
            detail: `${home.dir} holds data of no known run`,
            remedy: 'stackctl clean',
          };
    }
    const phase = standing.kind === 'live' ? standing.state.phase : 'stopped';
    return { name, result: 'ok', detail: `run ${run.runId}, ${phase}` };
  } catch (error) {
    return { name, result: 'fail', detail: reasonOf(error), remedy: 'stackctl clean' };
  }
}

/** Tools that nothing here needs, and some people want. */
async function tools(): Promise<Check> {
  const wanted = ['docker', 'starkli', 'sncast', 'scarb', 'curl', 'jq'];
  const versions = await Promise.all(wanted.map((tool) => versionOf(tool, '--version')));
  const found = wanted.filter((_, i) => versions[i] !== undefined);
  return { name: 'tools', result: 'ok', detail: `optional, found: ${found.join(', ') || 'none'}` };
}
