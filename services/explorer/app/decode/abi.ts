import { selector } from '@stackctl/crypto';
import type { Felt } from '@stackctl/types';

/** A parameter or a member: its name, and its Cairo type as the ABI writes it. */
export interface Field {
  readonly name: string;
  readonly type: string;
  /** Of an event's member: whether it is a key or data. */
  readonly kind?: string;
}

export interface AbiFunction {
  readonly name: string;
  readonly inputs: readonly Field[];
  readonly outputs: ReadonlyArray<{ readonly type: string }>;
  readonly mutability: string;
}

/** An event as it is emitted: the keys that say which it is, then its members. */
export interface AbiEvent {
  readonly name: string;
  readonly members: readonly Field[];
}

interface Entry {
  readonly type?: string;
  readonly name?: string;
  readonly kind?: string;
  readonly inputs?: readonly Field[];
  readonly outputs?: ReadonlyArray<{ readonly type: string }>;
  readonly items?: readonly Entry[];
  readonly members?: readonly Field[];
  readonly variants?: readonly Field[];
  readonly state_mutability?: string;
}

/** A contract's ABI, looked up by what stands on the chain: selectors. */
export interface Abi {
  readonly functions: readonly AbiFunction[];
  functionOf(selector: Felt): AbiFunction | undefined;
  constructorOf(): AbiFunction | undefined;
  /** The event that these keys name, and how many of them do. */
  eventOf(keys: readonly Felt[]): { event: AbiEvent; used: number } | undefined;
  struct(type: string): readonly Field[] | undefined;
  variants(type: string): readonly Field[] | undefined;
}

/** @param abi the ABI as a list, or as the JSON text that RPC carries; anything else is an empty one. */
export function parseAbi(abi: unknown): Abi {
  const entries = entriesOf(abi);
  const flat = entries.flatMap((entry) => [entry, ...(entry.items ?? [])]);
  const functions = flat
    .filter(({ type }) => type === 'function' || type === 'l1_handler' || type === 'constructor')
    .map(functionOf);
  const bySelector = new Map(functions.map((entry) => [selector(entry.name), entry]));
  const named = new Map(flat.map((entry) => [`${entry.type}:${entry.name}`, entry]));
  const events = eventTable(entries);
  return {
    functions,
    functionOf: (id) => bySelector.get(id),
    constructorOf: () => bySelector.get(selector('constructor')),
    eventOf: (keys) => events.find(keys),
    struct: (type) => named.get(`struct:${type}`)?.members,
    variants: (type) => named.get(`enum:${type}`)?.variants,
  };
}

export const emptyAbi: Abi = parseAbi([]);

function entriesOf(abi: unknown): readonly Entry[] {
  let value = abi;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      return [];
    }
  }
  return Array.isArray(value)
    ? value.filter((entry) => typeof entry === 'object' && entry !== null)
    : [];
}

function functionOf(entry: Entry): AbiFunction {
  return {
    name: String(entry.name ?? 'constructor'),
    inputs: entry.inputs ?? [],
    outputs: entry.outputs ?? [],
    mutability: entry.state_mutability ?? 'external',
  };
}

interface EventTable {
  find(keys: readonly Felt[]): { event: AbiEvent; used: number } | undefined;
}

/**
 * Events nest: a variant that is `nested` adds the selector of its name to the keys, `flat` adds nothing
 * (Cairo book, "Events"). The table maps chains of selectors to what is emitted under them.
 */
function eventTable(entries: readonly Entry[]): EventTable {
  const events = new Map(
    entries.filter(({ type }) => type === 'event').map((entry) => [entry.name, entry]),
  );
  const byKeys = new Map<string, AbiEvent>();
  const walk = (name: string | undefined, prefix: readonly Felt[], depth: number): void => {
    const entry = events.get(name);
    if (entry === undefined || depth > 8) return;
    if (entry.kind === 'struct') {
      const last = String(name).split('::').at(-1) ?? '';
      byKeys.set(prefix.join(), { name: last, members: entry.members ?? [] });
      return;
    }
    for (const variant of entry.variants ?? []) {
      const keys = variant.kind === 'flat' ? prefix : [...prefix, selector(variant.name)];
      walk(variant.type, keys, depth + 1);
    }
  };
  // The contract's own enum is the root; the events of a class without one stand for themselves.
  const nested = new Set(
    [...events.values()].flatMap(({ variants }) => (variants ?? []).map(({ type }) => type)),
  );
  for (const [name, entry] of events) {
    if (nested.has(String(name))) continue;
    if (entry.kind === 'struct') walk(name, [selector(String(name).split('::').at(-1) ?? '')], 0);
    else walk(name, [], 0);
  }
  return {
    find(keys) {
      for (let used = Math.min(keys.length, 9); used > 0; used--) {
        const event = byKeys.get(keys.slice(0, used).join());
        if (event !== undefined) return { event, used };
      }
      return undefined;
    },
  };
}
