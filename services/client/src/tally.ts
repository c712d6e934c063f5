/** What `spam --json` prints. */
export interface Report {
  /** Transactions offered to a node. */
  readonly sent: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Accepted transactions seen in a block, the reverted ones among them. */
  readonly included: number;
  readonly reverted: number;
  /** Included transactions a second, from the start of sending to the last inclusion. */
  readonly tps: number;
  /** From the scheduled time of sending to the block being readable. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

/** Counts what happens to transactions; times are milliseconds of one clock. */
export interface Tally {
  /** A transaction was signed; `scheduled` is when it ought to have left. */
  signed(hash: string, scheduled: number): void;
  sent(): void;
  accepted(hash: string): void;
  /** `hash` is undefined when nothing could be signed. */
  rejected(hash: string | undefined, reason: string): void;
  /** A block holds the transaction (unknown hashes, other people's, are ignored). */
  included(hash: string, reverted: boolean, now: number): void;
  /** Accepted transactions that no block holds yet. */
  waiting(): number;
  /** Reasons of rejections with their counts, most frequent first. */
  reasons(): Array<{ reason: string; count: number }>;
  report(start: number): Report;
}

interface Fate {
  readonly scheduled: number;
  accepted: boolean;
  includedAt: number | undefined;
  reverted: boolean;
}

/**
 * Latency runs from the scheduled time, not from the actual send: a node that makes the client wait
 * would otherwise hide its own delay ("coordinated omission").
 */
export function createTally(): Tally {
  const fates = new Map<string, Fate>();
  const reasons = new Map<string, number>();
  let sent = 0;
  let rejected = 0;

  return {
    signed(hash, scheduled) {
      fates.set(hash, { scheduled, accepted: false, includedAt: undefined, reverted: false });
    },
    sent() {
      sent++;
    },
    accepted(hash) {
      const fate = fates.get(hash);
      if (fate !== undefined) fate.accepted = true;
    },
    rejected(hash, reason) {
      rejected++;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (hash !== undefined) fates.delete(hash);
    },
    included(hash, reverted, now) {
      const fate = fates.get(hash);
      if (fate === undefined || fate.includedAt !== undefined) return;
      fate.includedAt = now;
      fate.reverted = reverted;
    },
    waiting() {
      let count = 0;
      for (const fate of fates.values())
        if (fate.accepted && fate.includedAt === undefined) count++;
      return count;
    },
    reasons: () =>
      [...reasons]
        .map(([reason, count]) => ({ reason, count }))
        .sort((left, right) => right.count - left.count),
    report(start) {
      const accepted = [...fates.values()].filter((fate) => fate.accepted);
      const included = accepted.filter((fate) => fate.includedAt !== undefined);
      const latencies = included
        .map((fate) => (fate.includedAt as number) - fate.scheduled)
        .sort((left, right) => left - right);
      const last = included.reduce(
        (most, fate) => Math.max(most, fate.includedAt as number),
        start,
      );
      return {
        sent,
        accepted: accepted.length,
        rejected,
        included: included.length,
        reverted: included.filter((fate) => fate.reverted).length,
        tps: last > start ? round((included.length * 1000) / (last - start), 2) : 0,
        latencyMs: {
          p50: percentile(latencies, 50),
          p95: percentile(latencies, 95),
          p99: percentile(latencies, 99),
        },
      };
    },
  };
}

/** Nearest-rank percentile of an ascending list, in whole milliseconds; 0 for an empty list. */
export function percentile(ascending: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * ascending.length));
  return Math.round(ascending[rank - 1] ?? 0);
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
