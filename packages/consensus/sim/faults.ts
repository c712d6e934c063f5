import type { Random } from './random.ts';

/** What goes wrong before the network stabilises, drawn from the seed. Times in milliseconds. */
export interface FaultPlan {
  /** Global stabilisation time: no faults after it, delays below `calmDelay`. */
  readonly stabilisation: number;
  readonly calmDelay: number;
  readonly dropRate: number;
  readonly duplicateRate: number;
  readonly maxDelay: number;
  /** Chance of a message that takes eight times as long. */
  readonly stragglerRate: number;
  /** Mean time between partitions or crashes. */
  readonly interval: number;
  /** Share of those that are crashes. */
  readonly crashShare: number;
  /** Share of partitions that cut single directions instead of groups. */
  readonly oneWayShare: number;
  /** Chance, each time a node acts, that it dies in the middle of it. */
  readonly dieActing: number;
  /** By validator: its clock runs this much faster or slower. */
  readonly clockRate: readonly number[];
  readonly maxExecution: number;
  readonly maxPacing: number;
}

export function drawFaults(random: Random, nodes: number): FaultPlan {
  return {
    stabilisation: 2500,
    calmDelay: 10,
    dropRate: random.chance(0.3) ? 0 : random.between(0, 0.5),
    duplicateRate: random.between(0, 0.2),
    maxDelay: random.between(5, 60),
    stragglerRate: random.between(0, 0.1),
    interval: random.between(20, 200),
    crashShare: random.next(),
    oneWayShare: random.next(),
    dieActing: random.chance(0.5) ? 0 : random.between(0, 0.01),
    clockRate: Array.from({ length: nodes }, () => random.between(0.6, 1.6)),
    maxExecution: random.between(1, 20),
    maxPacing: random.between(1, 40),
  };
}
