import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { processIdentity, reasonOf, sendSignal } from '@stackctl/runtime';
import type { ServicePlan } from '../plan/types.ts';
import type { Exit, Runner, Unit } from './runner.ts';

/** What the plan only names; a variable that is not set stays so. */
function secretsOf({ inherits = [] }: ServicePlan): NodeJS.ProcessEnv {
  return Object.fromEntries(inherits.map((name) => [name, process.env[name]]));
}

/**
 * Services as processes of this machine. Each leads a process group of its own, so that `kill`
 * reaches what it started, and holds one end of a pipe as stdin: when the supervisor dies, by
 * whatever cause, the pipe ends and the service stops (STACKCTL_SUPERVISED). Logs go straight to the
 * file, so that a dead supervisor loses no line.
 */
export const processRunner: Runner = {
  runtime: 'process',
  start(service: ServicePlan, logFile: string): Unit {
    const [program, ...args] = service.command;
    mkdirSync(dirname(logFile), { recursive: true });
    mkdirSync(service.dataDir, { recursive: true });
    const log = openSync(logFile, 'a');
    const child = spawn(program, args, {
      env: { ...service.env, ...secretsOf(service) },
      stdio: ['pipe', log, log],
      detached: true,
    });
    closeSync(log);
    child.stdin?.on('error', () => {}); // it closed its end first
    const { pid } = child;
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.once('error', (error) => {
        if (pid === undefined) resolve({ code: null, signal: null, startError: reasonOf(error) });
      });
    });
    const signal = (target: number | undefined, name: NodeJS.Signals) => {
      if (target !== undefined) sendSignal(target, name);
    };
    return {
      identity: pid === undefined ? undefined : processIdentity(pid),
      exited,
      terminate: () => signal(pid, 'SIGTERM'),
      kill: () => signal(pid === undefined ? undefined : -pid, 'SIGKILL'),
      pause: () => signal(pid, 'SIGSTOP'),
      resume: () => signal(pid, 'SIGCONT'),
    };
  },
};
