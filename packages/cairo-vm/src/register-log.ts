/** Registers of every executed step, three numbers a step: offsets in program and execution. */
export class RegisterLog {
  values: Uint32Array = new Uint32Array(3 * 1024);
  /** Numbers in use: three times the steps. */
  length = 0;

  /** Makes room for one more step. The run loop writes the values itself. */
  grow(): Uint32Array {
    const larger = new Uint32Array(this.values.length * 2);
    larger.set(this.values);
    this.values = larger;
    return larger;
  }
}
