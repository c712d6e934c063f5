import type { Context } from '../../context.ts';
import type { StackState } from '../../supervisor/state.ts';
import type { HeldStack } from '../../tasks/stack.ts';

/** Says what happens to the services while `up` stays; resolves when the stack ends. */
export function followServices(context: Context, stack: HeldStack): Promise<StackState> {
  const known = new Map(stack.state.services.map(({ name, status }) => [name, status]));
  return stack.ended(({ services, phase }) => {
    if (phase !== 'running') return;
    for (const { name, status, lastExit, restarts } of services) {
      if (known.get(name) === status) continue;
      known.set(name, status);
      if (status === 'restarting') context.note(`${name} died (${lastExit}); starting it again.`);
      if (status === 'failed') {
        context.note(`${name} is down (${lastExit}); see \`stackctl logs ${name}\`.`);
      }
      if (status === 'unhealthy') context.note(`${name} does not answer its health probe.`);
      if (status === 'healthy' && restarts > 0) context.note(`${name} is healthy again.`);
    }
  });
}
