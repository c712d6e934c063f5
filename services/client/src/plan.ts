import { KINDS, type Kind, type PlannedCall } from './kinds.ts';
import type { Load } from './options.ts';
import { createRandom } from './random.ts';

/** One transaction to send: when, from which account, and what. */
export interface PlannedTransaction extends PlannedCall {
  /** Milliseconds after the start of sending. */
  readonly at: number;
  /** Index of the sending account. */
  readonly account: number;
}

/**
 * The whole load as data: `rate * duration` transactions, evenly spaced. Everything that is chosen is
 * chosen here, from the seed alone, in a fixed number of draws a transaction, so that a change of the
 * rate or of one argument's size leaves the other choices as they were.
 */
export function planLoad(load: Load, accounts: number): PlannedTransaction[] {
  const random = createRandom(load.seed);
  const count = Math.max(1, Math.round(load.rate * load.duration));
  const plan: PlannedTransaction[] = [];
  for (let index = 0; index < count; index++) {
    const account = random.integer(0, accounts - 1);
    const kind = pick(load.mix, random.unit());
    const argument = random.integer(1, Math.max(1, load.max[kind]));
    // Another account than the sender, when there is one.
    const step = random.integer(1, Math.max(1, accounts - 1));
    const recipient = (account + step) % accounts;
    plan.push({ at: (index * 1000) / load.rate, account, kind, argument, recipient });
  }
  return plan;
}

function pick(mix: Readonly<Record<Kind, number>>, unit: number): Kind {
  const used = KINDS.filter((kind) => mix[kind] > 0);
  const total = used.reduce((sum, kind) => sum + mix[kind], 0);
  let rest = unit * total;
  for (const kind of used) {
    rest -= mix[kind];
    if (rest < 0) return kind;
  }
  return used.at(-1) as Kind;
}
