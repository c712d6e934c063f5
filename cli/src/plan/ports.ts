import type { StackConfig } from '@stackctl/config';
import { isPortFree, nextFreePort } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import { EXPLORER, L1, sequencerName, WATCHER_PROVER } from './names.ts';
import type { PlannedPort } from './types.ts';

/** Ports by service, then by the port's name. */
export type PortTable = ReadonlyMap<string, readonly PlannedPort[]>;

interface Wish {
  readonly service: string;
  readonly name: string;
  readonly wanted: number;
}

/** What the configuration asks for. Refuses two services on one port (CONFIG_INVALID). */
export function wantedPorts(config: StackConfig): Wish[] {
  const { ports, validators } = config;
  const wishes: Wish[] = [
    { service: L1, name: 'rpc', wanted: ports.l1 },
    ...Array.from({ length: validators }, (_, i) => [
      { service: sequencerName(i), name: 'rpc', wanted: ports.sequencer + i },
      { service: sequencerName(i), name: 'p2p', wanted: ports.p2p + i },
    ]).flat(),
    { service: WATCHER_PROVER, name: 'http', wanted: ports.watcherProver },
    ...(config.explorer.enabled
      ? [{ service: EXPLORER, name: 'http', wanted: ports.explorer }]
      : []),
  ];
  const owners = new Map<number, Wish>();
  for (const wish of wishes) {
    const other = owners.get(wish.wanted);
    if (other !== undefined || wish.wanted > 65_535) {
      throw new StackError('CONFIG_INVALID', {
        file: 'configuration',
        key: 'ports',
        expected: 'a port of its own, at most 65535, for each service',
        got:
          other === undefined
            ? `${wish.wanted} for ${wish.service}`
            : `${wish.wanted} for ${other.service} and ${wish.service}`,
      });
    }
    owners.set(wish.wanted, wish);
  }
  return wishes;
}

/**
 * Ports that are free now. A taken one moves to the next free port that no other service wants, so
 * that one clash does not push all the others along; with `ports.strict` it is PORT_TAKEN.
 */
export async function allocatePorts(config: StackConfig): Promise<PortTable> {
  const wishes = wantedPorts(config);
  const claimed = new Set(wishes.map((wish) => wish.wanted));
  const table = new Map<string, PlannedPort[]>();
  for (const { service, name, wanted } of wishes) {
    let port = wanted;
    if (!(await isPortFree(wanted, config.host))) {
      if (config.ports.strict) throw new StackError('PORT_TAKEN', { service, port: wanted });
      port = await nextFreePort(wanted + 1, { avoid: claimed, host: config.host, service });
      claimed.add(port);
    }
    table.set(service, [...(table.get(service) ?? []), { name, port, wanted }]);
  }
  return table;
}

export function portOf(table: PortTable, service: string, name: string): number {
  const found = table.get(service)?.find((port) => port.name === name);
  if (found === undefined) throw new RangeError(`no ${name} port planned for ${service}`);
  return found.port;
}
