import type { ChargedBuiltin, LinearResources } from './versioned-constants.ts';

/** What a run of Cairo code uses. */
export interface VmResources {
  readonly steps: number;
  /** Cells below the end of their segment that no instruction touched: charged as steps. Default 0. */
  readonly memoryHoles?: number;
  readonly builtins: Readonly<Partial<Record<ChargedBuiltin, number>>>;
}

export const NO_RESOURCES: VmResources = { steps: 0, builtins: {} };

export function addResources(left: VmResources, right: VmResources): VmResources {
  const builtins: Partial<Record<ChargedBuiltin, number>> = { ...left.builtins };
  for (const [name, uses] of builtinsOf(right)) builtins[name] = (builtins[name] ?? 0) + uses;
  return {
    steps: left.steps + right.steps,
    memoryHoles: (left.memoryHoles ?? 0) + (right.memoryHoles ?? 0),
    builtins,
  };
}

/** `ceil(resources * times / per)`, number by number. */
export function scaleResources(resources: VmResources, times: number, per = 1): VmResources {
  const scale = (amount: number) => Math.ceil((amount * times) / per);
  const builtins: Partial<Record<ChargedBuiltin, number>> = {};
  for (const [name, uses] of builtinsOf(resources)) builtins[name] = scale(uses);
  return {
    steps: scale(resources.steps),
    memoryHoles: scale(resources.memoryHoles ?? 0),
    builtins,
  };
}

/** `calls` times the constant part, and the growing part over the sum of their lengths. */
export function linearResources(
  { constant, each, per = 1 }: LinearResources,
  length: number,
  calls = 1,
): VmResources {
  const fixed = calls === 1 ? constant : scaleResources(constant, calls);
  return each === undefined ? fixed : addResources(fixed, scaleResources(each, length, per));
}

export function builtinsOf(resources: VmResources): Array<[ChargedBuiltin, number]> {
  return Object.entries(resources.builtins) as Array<[ChargedBuiltin, number]>;
}
