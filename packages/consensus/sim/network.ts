import type { FaultPlan } from './faults.ts';
import type { Random } from './random.ts';

/** Who reaches whom, and after how long. */
export class SimulatedNetwork {
  readonly #random: Random;
  readonly #plan: FaultPlan;
  readonly #nodes: number;
  /** Cut directions, `from * nodes + to`. */
  readonly #cut = new Set<number>();

  constructor(random: Random, plan: FaultPlan, nodes: number) {
    this.#random = random;
    this.#plan = plan;
    this.#nodes = nodes;
  }

  /** Delays of the copies of one message that arrive: none, one or two. */
  deliveries(now: number, from: number, to: number): number[] {
    const { stabilisation, calmDelay, dropRate, duplicateRate, maxDelay, stragglerRate } =
      this.#plan;
    const random = this.#random;
    if (now >= stabilisation) return [random.between(1, calmDelay)];
    if (this.#cut.has(from * this.#nodes + to) || random.chance(dropRate)) return [];
    const delay = random.between(1, maxDelay) * (random.chance(stragglerRate) ? 8 : 1);
    return random.chance(duplicateRate) ? [delay, delay + random.between(0, 50)] : [delay];
  }

  /** Cuts the nodes into two groups, or single directions. */
  partition(): void {
    this.#cut.clear();
    const oneWay = this.#random.chance(this.#plan.oneWayShare);
    const side = Array.from({ length: this.#nodes }, () => this.#random.below(2));
    for (let from = 0; from < this.#nodes; from++)
      for (let to = 0; to < this.#nodes; to++) {
        const cut = oneWay ? this.#random.chance(0.4) : side[from] !== side[to];
        if (cut) this.#cut.add(from * this.#nodes + to);
      }
  }

  heal(): void {
    this.#cut.clear();
  }
}
