import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EXIT } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import { baseEnv, type Context } from '../context.ts';

/** Flags of the load client, as `services/client` takes them. */
export interface ClientLoad {
  readonly rate: number;
  readonly duration: number;
  readonly mix: string;
  readonly seed: number;
  readonly fibMax?: string;
  readonly factorialMax?: string;
  readonly erc20Max?: string;
  readonly timeout?: string;
  readonly signer?: string;
  readonly rpc?: string;
}

/** What the load client reports of its run. */
export interface ClientReport {
  readonly sent: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly included: number;
  readonly reverted: number;
  readonly tps: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

export interface ClientRun {
  /** Hands our terminal to the client; resolves with its exit code. */
  inherit(json: boolean): Promise<number>;
  /** Runs it aside; `onNote` gets what it says. Throws SERVICE_DIED when it gives no report. */
  collect(onNote: (line: string) => void, signal: AbortSignal): Promise<ClientReport>;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The load client with the addresses and accounts of a stack. */
export function runClient(
  context: Context,
  environment: Readonly<Record<string, string>>,
  load: ClientLoad,
): ClientRun {
  const [program, ...flags] = context.node;
  const script = join(context.servicesDir, 'client', 'src', 'main.ts');
  const options = Object.entries({ accounts: environment.L2_ACCOUNTS_FILE, ...load }).flatMap(
    ([name, value]) => (value === undefined ? [] : [`--${kebab(name)}`, String(value)]),
  );
  const start = (json: boolean, stdio: 'inherit' | 'pipe') =>
    spawn(program, [...flags, script, ...options, ...(json ? ['--json'] : [])], {
      env: { ...baseEnv(context), ...environment },
      stdio: stdio === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });

  return {
    inherit: (json) => {
      const child = start(json, 'inherit');
      // A terminal's Ctrl-C reaches the client by itself; it reports what it has and ends.
      const keep = () => {};
      const pass = () => child.kill('SIGTERM');
      process.on('SIGINT', keep);
      process.on('SIGTERM', pass);
      return new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code) => {
          process.off('SIGINT', keep);
          process.off('SIGTERM', pass);
          resolve(code ?? EXIT.interrupted);
        });
      });
    },

    collect: async (onNote, signal) => {
      const child = start(true, 'pipe');
      const stop = () => child.kill('SIGKILL');
      signal.addEventListener('abort', stop);
      let output = '';
      const notes: string[] = [];
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      if (child.stderr !== null) {
        createInterface({ input: child.stderr }).on('line', (line) => {
          notes.push(line);
          onNote(line);
        });
      }
      const exit = await new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('close', (code, name) =>
          resolve(name === null ? `exit code ${code}` : `signal ${name}`),
        );
      });
      signal.removeEventListener('abort', stop);
      signal.throwIfAborted();
      try {
        return JSON.parse(output) as ClientReport;
      } catch {
        const logTail = notes.slice(-10).join('\n');
        throw new StackError('SERVICE_DIED', { service: 'client', exit, logTail });
      }
    },
  };
}
