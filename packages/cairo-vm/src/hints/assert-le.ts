import { PRIME } from '@stackctl/types';
import { feltOf, type HintContext, pointerOf, setCell } from './operands.ts';
import type { HintOf } from './types.ts';

/** Bounds of the two smaller arcs, as quotients of 2^128 limbs (cairo-lang, math.cairo). */
const PRIME_OVER_3_HIGH = 3544607988759775765608368578435044694n;
const PRIME_OVER_2_HIGH = 5316911983139663648412552867652567041n;

/**
 * a <= b splits the circle of the field into the arcs [0, a], [a, b], [b, P - 1]. The two smaller
 * ones are range-checked: their lengths go, in pieces, to the range-check cells; the longest is
 * named by the hints that follow.
 */
export function findSmallArcs(vm: HintContext, hint: HintOf<'AssertLeFindSmallArcs'>): void {
  const a = feltOf(vm, hint.a);
  const b = feltOf(vm, hint.b);
  const arcs = [
    { length: a, index: 0 },
    { length: b >= a ? b - a : b - a + PRIME, index: 1 },
    { length: PRIME - 1n - b, index: 2 },
  ] as const;
  const [first, second, longest] = arcs.toSorted((x, y) =>
    x.length < y.length ? -1 : x.length > y.length ? 1 : 0,
  ) as [(typeof arcs)[number], (typeof arcs)[number], (typeof arcs)[number]];
  vm.hintState.excludedArc = longest.index;
  const cells = pointerOf(vm, hint.range_check_ptr);
  vm.memory.write(cells, 0, first.length % PRIME_OVER_3_HIGH);
  vm.memory.write(cells, 1, first.length / PRIME_OVER_3_HIGH);
  vm.memory.write(cells, 2, second.length % PRIME_OVER_2_HIGH);
  vm.memory.write(cells, 3, second.length / PRIME_OVER_2_HIGH);
}

export function isFirstArcExcluded(
  vm: HintContext,
  hint: HintOf<'AssertLeIsFirstArcExcluded'>,
): void {
  setCell(vm, hint.skip_exclude_a_flag, vm.hintState.excludedArc === 0 ? 0n : 1n);
}

export function isSecondArcExcluded(
  vm: HintContext,
  hint: HintOf<'AssertLeIsSecondArcExcluded'>,
): void {
  setCell(vm, hint.skip_exclude_b_minus_a, vm.hintState.excludedArc === 1 ? 0n : 1n);
}
