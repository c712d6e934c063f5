// The machines of this thread, kept from proof to proof.
import type { LayoutName } from '../air/layouts.ts';
import { proverModule } from '../wasm.ts';
import { createMachine, type Machine } from './machine.ts';

export * from './machine.ts';

/** Memory beyond this is given back after a proof; up to it the next proof reuses it. */
export const KEPT_BYTES = 768 << 20;

const kept = new Map<LayoutName, Machine>();

/** Runs `work` on a machine; a small one is kept for the next proof of the layout. */
export function withMachine<T>(work: (machine: Machine) => T, layout: LayoutName = 'lite'): T {
  const machine = kept.get(layout) ?? createMachine(layout, proverModule(layout));
  kept.delete(layout);
  const result = work(machine);
  if (machine.memory.buffer.byteLength <= KEPT_BYTES) kept.set(layout, machine);
  return result;
}
