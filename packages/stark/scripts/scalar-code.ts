// Compiles expressions into AssemblyScript over single elements (packages/field scalar form, by the
// always-reduced operations of assembly/felt.ts): what the verifier runs once, at the out-of-domain
// point, and what computes the uniform parts.
import { PRIME } from '@stackctl/types';
import type { Expression } from '../src/air/expression.ts';

const FELT = 36;

/** Address expression of a leaf or an expression that was computed before; undefined otherwise. */
export type ScalarLeaf = (expression: Expression) => string | undefined;

export class ScalarCode {
  /** Temporaries that the emitted lines use, 36 bytes each at `scratch`. */
  slots = 0;
  private readonly lines: string[] = [];
  private readonly places = new Map<number, string>();
  private readonly leaf: ScalarLeaf;
  private readonly scratch: string;

  /** Constants beyond 64 bits, which stand in memory under the name `constants`. */
  private readonly large: bigint[] = [];
  private readonly constants: string;

  constructor(leaf: ScalarLeaf, scratch: string, constants: string) {
    this.leaf = leaf;
    this.scratch = scratch;
    this.constants = constants;
  }

  /** The declaration of the large constants, 32 little-endian bytes each; none if there are none. */
  data(): string[] {
    if (this.large.length === 0) return [];
    const words = this.large.flatMap((value) =>
      Array.from(
        { length: 4 },
        (_, i) => `0x${BigInt.asUintN(64, value >> BigInt(64 * i)).toString(16)}`,
      ),
    );
    return [`const ${this.constants}: usize = memory.data<u64>([${words.join(', ')}]);`];
  }

  /** Appends code that leaves the expression's value at `output`. */
  assign(output: string, expression: Expression): void {
    this.lines.push(`copy(${output}, ${this.lower(expression)});`);
  }

  code(): readonly string[] {
    return this.lines;
  }

  private load(place: string, value: bigint): string {
    if (BigInt.asIntN(63, value) === value) return `setInteger(${place}, ${value});`;
    this.large.push(((value % PRIME) + PRIME) % PRIME);
    return `fromBytes(${place}, ${this.constants} + ${32 * (this.large.length - 1)});`;
  }

  private lower(e: Expression): string {
    const known = this.places.get(e.id) ?? this.leaf(e);
    if (known !== undefined) return known;
    const place = `${this.scratch} + ${FELT * this.slots++}`;
    if (e.kind === 'constant') {
      this.lines.push(this.load(place, e.value));
    } else if (e.kind === 'add' || e.kind === 'sub' || e.kind === 'mul') {
      const left = this.lower(e.left);
      const right = this.lower(e.right);
      this.lines.push(`${e.kind}(${place}, ${left}, ${right});`);
    } else {
      throw new RangeError(`no place for ${e.kind}`);
    }
    this.places.set(e.id, place);
    return place;
  }
}
