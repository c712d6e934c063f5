import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { reasonOf } from '@stackctl/runtime';
import type { CasmClassJson, SierraClassJson } from '@stackctl/types';

/** The compilers that are looked for on PATH, the one that knows all Sierra versions first. */
const PROGRAMS = [
  {
    name: 'universal-sierra-compiler',
    args: (from: string, to: string) => [
      'compile-contract',
      '--sierra-path',
      from,
      '--output-path',
      to,
    ],
  },
  { name: 'starknet-sierra-compile', args: (from: string, to: string) => [from, to] },
] as const;

export const COMPILER_NAMES: readonly string[] = PROGRAMS.map(({ name }) => name);

/** What one compilation may take; the child is killed beyond it. */
export interface CompilerLimits {
  readonly timeoutMs: number;
  /** Address space of the child, where the system can bound it (Linux). */
  readonly memoryKib: number;
  readonly outputBytes: number;
}

const DEFAULT_LIMITS: CompilerLimits = {
  timeoutMs: 60_000,
  memoryKib: 8 << 20,
  outputBytes: 32 << 20,
};

export type Compilation =
  | { readonly compiler: string; readonly casm: CasmClassJson }
  | { readonly compiler: string; readonly failure: string };

/** Installed compilers from Sierra to CASM, each run in a process of its own. */
export interface SierraCompiler {
  /** What each installed compiler makes of the class, in order; nothing when none is installed. */
  compile(sierra: SierraClassJson): AsyncGenerator<Compilation>;
  /** Ends what runs. */
  close(): void;
}

export function createSierraCompiler(
  path: string | undefined = process.env.PATH,
  limits: Partial<CompilerLimits> = {},
): SierraCompiler {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const running = new Set<ChildProcess>();

  const run = async (
    program: string,
    args: readonly string[],
    cwd: string,
  ): Promise<string | undefined> => {
    // The limits belong to the child: a shell sets them and becomes the compiler. Where a limit is
    // not known (macOS has no -v) the time limit and the check of the output remain.
    const script = `ulimit -v ${bounds.memoryKib} 2>/dev/null; ulimit -c 0; exec "$0" "$@"`;
    const child = spawn('/bin/sh', ['-c', script, program, ...args], {
      cwd,
      env: { PATH: path, TMPDIR: cwd, HOME: process.env.HOME },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running.add(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 2_000) said += text;
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, bounds.timeoutMs);
    const end = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) =>
        resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : signal),
      );
    });
    clearTimeout(timer);
    running.delete(child);
    if (end === undefined) return undefined;
    if (late) return `took more than ${bounds.timeoutMs / 1000} s`;
    return said.trim().slice(0, 500) || end;
  };

  const compileWith = async (
    { name, args }: (typeof PROGRAMS)[number],
    program: string,
    { sierra_program, contract_class_version, entry_points_by_type }: SierraClassJson,
  ): Promise<Compilation> => {
    const folder = await mkdtemp(join(tmpdir(), 'stackctl-sierra-'));
    const from = join(folder, 'class.contract_class.json');
    const to = join(folder, 'class.casm.json');
    try {
      // Compilers want the ABI as a list, which it is not over RPC, and make nothing of it.
      const source = { sierra_program, contract_class_version, entry_points_by_type };
      await writeFile(from, JSON.stringify(source));
      const failure = await run(program, args(from, to), folder);
      if (failure !== undefined) return { compiler: name, failure };
      const { size } = await stat(to);
      if (size > bounds.outputBytes)
        return { compiler: name, failure: `wrote ${size} bytes, at most ${bounds.outputBytes}` };
      return { compiler: name, casm: JSON.parse(await readFile(to, 'utf8')) as CasmClassJson };
    } catch (error) {
      return { compiler: name, failure: reasonOf(error) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    async *compile(sierra) {
      for (const program of PROGRAMS) {
        const file = await which(program.name, path);
        if (file !== undefined) yield compileWith(program, file, sierra);
      }
    },
    close() {
      for (const child of running) child.kill('SIGKILL');
    },
  };
}

/** The executable of that name on PATH. Looked up each time: it may be installed while the node runs. */
async function which(name: string, path: string | undefined): Promise<string | undefined> {
  for (const folder of (path ?? '').split(delimiter)) {
    if (folder === '') continue;
    const file = join(folder, name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs && (await stat(file)).isFile()) return file;
  }
  return undefined;
}
