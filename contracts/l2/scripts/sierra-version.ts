// A class names the version of Sierra that it is written in: the first three felts of its program.
// From 1.7.0 on, Starknet charges a class by the gas that its own code counts; before, by the steps
// that it ran. Nothing else depends on it between 1.5 and 1.9: every program since Cairo 2.0 takes
// and returns gas at its entry points and withdraws it in loops and recursions, the format is the
// same, and starknet-sierra-compile makes the same code of both (a test compares it byte by byte).
// The Cairo compiler that we can have writes 1.6.0 (rebuild.ts), so classes that shall be charged by
// gas say 1.7.0 instead.

export type SierraVersion = readonly [major: number, minor: number, patch: number];

/** First version whose gas is what a class is charged. */
export const GAS_COUNTED: SierraVersion = [1, 7, 0];
/** The version whose programs may be called 1.7.0. */
const COMPILER_WRITES: SierraVersion = [1, 6, 0];

/** `sierra_program` with another version in front. Throws when it is not of the version known to fit. */
export function withSierraVersion(program: readonly string[], version: SierraVersion): string[] {
  const written = program.slice(0, 3).map(Number);
  if (written.some((part, i) => part !== COMPILER_WRITES[i])) {
    throw new Error(
      `Sierra program: version ${written.join('.')}, not ${COMPILER_WRITES.join('.')}`,
    );
  }
  return [...version.map((part) => `0x${part.toString(16)}`), ...program.slice(3)];
}
