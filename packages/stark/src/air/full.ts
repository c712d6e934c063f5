// Layout `full`: layout `lite` and the builtins bitwise, range_check96, poseidon, pedersen and ec_op, each
// with columns and rows of its own (their files say which). Layout `mods`: these, and mul_mod and add_mod.
import { type Air, type Fraction, lookupConstraints } from './air.ts';
import { bitwise } from './bitwise.ts';
import type { Builtin } from './builtin.ts';
import { ecOpBuiltin } from './ec-op.ts';
import { degree } from './expression.ts';
import { coreConstraints, coreFractions, corePeriodic, LITE, uniformsWith } from './lite.ts';
import { addMod, mulMod } from './modulo.ts';
import { pedersenBuiltin } from './pedersen.ts';
import { poseidonBuiltin } from './poseidon.ts';
import { RANGE_CHECK, rangeCheck96 } from './range-check.ts';

/** With the column of the group that makes constraints of degree 5. */
const GROUP_DEGREE = 4;
const NUMERATOR_DEGREE = 5;

/** Puts fractions into groups, first fit. */
function group(fractions: readonly Fraction[]): Fraction[][] {
  const groups: Fraction[][] = [];
  const fits = (members: readonly Fraction[]) => {
    const total = members.reduce((sum, { denominator }) => sum + degree(denominator), 0);
    const numerator = Math.max(
      ...members.map((f) => degree(f.numerator) + total - degree(f.denominator)),
    );
    return total <= GROUP_DEGREE && numerator <= NUMERATOR_DEGREE;
  };
  for (const fraction of fractions) {
    const found = groups.find((members) => fits([...members, fraction]));
    if (found === undefined) groups.push([fraction]);
    else found.push(fraction);
  }
  return groups;
}

/** Makes the AIR of either, and Pedersen's table with it. */
export function makeFull(layout: 'full' | 'mods'): Air {
  const added: readonly Builtin[] = [
    pedersenBuiltin(),
    bitwise,
    poseidonBuiltin(),
    rangeCheck96,
    ecOpBuiltin,
    ...(layout === 'mods' ? [mulMod, addMod] : []),
  ];
  const fractions = [...coreFractions, ...group(added.flatMap((builtin) => builtin.fractions))];
  // Columns that are read in the next row stand together: loading a block's next rows takes time.
  const columns = added.flatMap((builtin) => builtin.columns);
  const isOfOneRow = (name: string) => ONE_ROW.has(name);
  const builtins = [RANGE_CHECK, ...added.map(({ name, cells, rows }) => ({ name, cells, rows }))];
  return {
    layout,
    columns: [
      ...LITE.columns,
      ...columns.filter(isOfOneRow),
      ...columns.filter((name) => !isOfOneRow(name)),
    ],
    periodic: Object.assign({}, corePeriodic, ...added.map((builtin) => builtin.periodic)),
    builtins,
    constants: Object.assign({}, ...added.map((builtin) => builtin.constants ?? {})),
    uniforms: uniformsWith(builtins),
    fractions,
    constraints: [
      ...coreConstraints,
      ...added.flatMap((builtin) => builtin.constraints),
      ...lookupConstraints(fractions),
    ],
  };
}

/** Columns that no constraint reads in the next row. */
const ONE_ROW = new Set([
  'pedersen_slope',
  'pedersen_entry_x',
  'pedersen_entry_y',
  'pedersen_multiplicity',
  'bitwise_multiplicity',
  'range_check96_low',
  'ec_op_inverse',
  'modulo_x',
  'modulo_y',
  'modulo_u',
  'modulo_low',
]);
