import type { ServicePlan } from './types.ts';

/**
 * Services in waves: each wave needs only earlier ones. Throws RangeError for a dependency that is
 * not planned, for a cycle, and for waiting on the completion of a service that never completes:
 * mistakes of whoever wrote the plan, not of a user.
 */
export function waves(services: readonly ServicePlan[]): string[][] {
  const byName = new Map(services.map((service) => [service.name, service]));
  for (const { name, dependsOn } of services) {
    for (const [other, condition] of Object.entries(dependsOn)) {
      const target = byName.get(other);
      if (target === undefined) throw new RangeError(`${name} depends on unknown ${other}`);
      if (condition === 'completed' && target.oneShot !== true) {
        throw new RangeError(`${name} waits for ${other} to complete, but it is no job`);
      }
    }
  }
  const done = new Set<string>();
  const order: string[][] = [];
  while (done.size < services.length) {
    const wave = services
      .filter(({ name }) => !done.has(name))
      .filter(({ dependsOn }) => Object.keys(dependsOn).every((other) => done.has(other)))
      .map(({ name }) => name);
    if (wave.length === 0) {
      const rest = services.map(({ name }) => name).filter((name) => !done.has(name));
      throw new RangeError(`services depend on one another in a circle: ${rest.join(', ')}`);
    }
    for (const name of wave) done.add(name);
    order.push(wave);
  }
  return order;
}
