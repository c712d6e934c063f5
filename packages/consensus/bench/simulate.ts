/**
 * Many seeds by hand: `node bench/simulate.ts [seeds] [first seed] [--validators N] [--twins N]
 * [--mutant "name"]`. Without a mutant the exit code is 1 when any seed fails.
 */
import { parseArgs } from 'node:util';
import { Violation } from '../sim/invariants.ts';
import { MUTANTS } from '../sim/mutants.ts';
import { simulate } from '../sim/simulation.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    validators: { type: 'string', default: '4' },
    twins: { type: 'string', default: '1' },
    mutant: { type: 'string' },
  },
});
const count = Number(positionals[0] ?? 5000);
const first = Number(positionals[1] ?? 1);
const mutant = values.mutant === undefined ? undefined : MUTANTS[values.mutant];
if (values.mutant !== undefined && mutant === undefined)
  throw new RangeError(`no such mutant; there are: ${Object.keys(MUTANTS).join(', ')}`);

const failures = new Map<string, number[]>();
let [events, heights, maxRound, evidence, simulatedMs] = [0, 0, 0, 0, 0];
const begin = performance.now();
for (let seed = first; seed < first + count; seed++) {
  try {
    const outcome = simulate(seed, {
      validators: Number(values.validators),
      twins: Number(values.twins),
      ...(mutant === undefined ? {} : { mutant }),
    });
    events += outcome.events;
    heights += outcome.heights;
    evidence += outcome.evidence;
    simulatedMs += outcome.simulatedMs;
    maxRound = Math.max(maxRound, outcome.maxRound);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    failures.set(error.property, [...(failures.get(error.property) ?? []), seed]);
    if (mutant === undefined) console.error(`seed ${seed}: ${error.message}`);
  }
}
const seconds = (performance.now() - begin) / 1000;
console.log(
  JSON.stringify({
    seeds: count,
    seedsPerSecond: Math.round(count / seconds),
    eventsPerSecond: Math.round(events / seconds),
    heights,
    maxRound,
    evidence,
    simulatedHours: Number((simulatedMs / 3_600_000).toFixed(2)),
    failures: Object.fromEntries(
      [...failures].map(([property, seeds]) => [
        property,
        { count: seeds.length, first: seeds[0] },
      ]),
    ),
  }),
);
if (mutant === undefined && failures.size > 0) process.exitCode = 1;
