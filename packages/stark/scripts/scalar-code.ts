// Compiles expressions into AssemblyScript over single elements (packages/field scalar form, by the
// always-reduced operations of assembly/felt.ts): what the verifier runs once, at the out-of-domain
// point, and what computes the uniform parts.
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

  constructor(leaf: ScalarLeaf, scratch: string) {
    this.leaf = leaf;
    this.scratch = scratch;
  }

  /** Appends code that leaves the expression's value at `output`. */
  assign(output: string, expression: Expression): void {
    this.lines.push(`copy(${output}, ${this.lower(expression)});`);
  }

  code(): readonly string[] {
    return this.lines;
  }

  private lower(e: Expression): string {
    const known = this.places.get(e.id) ?? this.leaf(e);
    if (known !== undefined) return known;
    const place = `${this.scratch} + ${FELT * this.slots++}`;
    if (e.kind === 'constant') {
      this.lines.push(`setInteger(${place}, ${e.value});`);
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
