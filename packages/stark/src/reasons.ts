/**
 * Why a proof or a statement is refused. The position in this list is the code that the WebAssembly
 * modules return (0 is acceptance); the build generates their constants from it.
 */
export const REASONS = [
  ['ACCEPTED', 'accepted'],
  ['STATEMENT_FORMAT', 'the statement is not in its canonical encoding'],
  ['STATEMENT_VERSION', 'the statement has an unknown version'],
  ['LAYOUT', 'the layout is unknown'],
  ['SIZE', 'the number of steps is out of bounds'],
  ['REGISTERS', 'a register points outside the memory'],
  ['SEGMENTS', 'the segments are not known, disjoint, ascending and inside the memory'],
  ['BUILTIN_UNSUPPORTED', 'the layout does not have a builtin whose segment is not empty'],
  ['BUILTIN_CAPACITY', 'a builtin is used more often than the layout can check at this size'],
  ['BUILTIN_PARTIAL', 'a builtin segment ends within an instance'],
  [
    'PUBLIC_MEMORY',
    'the public memory is not disjoint, ascending, canonical and inside the memory',
  ],
  ['PROOF_FORMAT', 'the proof is not in its canonical encoding'],
  ['PROOF_VERSION', 'the proof has an unknown version'],
  ['PROOF_MISMATCH', 'the proof is for another layout or size'],
  ['PARAMETERS', 'the security parameters are out of bounds'],
  ['SECURITY', 'the security level is too low'],
  ['CHALLENGE', 'a challenge hit a pole'],
  ['CONSTRAINTS', 'the constraints do not hold at the out-of-domain point'],
  ['PROOF_OF_WORK', 'the proof of work is missing'],
  ['TRACE_DECOMMITMENT', 'opened trace rows do not match their commitment'],
  ['LOOKUP_DECOMMITMENT', 'opened lookup rows do not match their commitment'],
  ['COMPOSITION_DECOMMITMENT', 'opened composition rows do not match their commitment'],
  ['FRI_DECOMMITMENT', 'opened FRI rows do not match their commitment'],
  ['FRI_LAST_LAYER', 'a query does not end in the last FRI layer'],
  // Of the prover only.
  ['TRACE_INSTRUCTION', 'a step executes a cell that is not an instruction'],
  ['TRACE_UNDEFINED', 'a step reads a memory cell that has no value'],
  ['TRACE_RANGE', 'a range_check cell does not hold a 128-bit value'],
  ['TRACE_RANGE96', 'a range_check96 cell does not hold a 96-bit value'],
  ['TRACE_BITWISE', 'a bitwise input is not below 2^251'],
  ['TRACE_CURVE', 'an ec_op input is not a point of the curve'],
  ['TRACE_EC_OP', 'ec_op meets two points of one abscissa'],
  ['TRACE_MODULO', 'an instance of add_mod or mul_mod does not hold'],
] as const;

export type Reason = (typeof REASONS)[number][0];

/** The name and text of a code. */
export function reasonOf(code: number): { readonly name: Reason; readonly text: string } {
  const found = REASONS[code];
  if (found === undefined) throw new RangeError(`no reason ${code}`);
  return { name: found[0], text: found[1] };
}

/** The text of a reason. */
export function reasonNamed(name: Reason): string {
  return (REASONS.find(([other]) => other === name) as (typeof REASONS)[number])[1];
}
