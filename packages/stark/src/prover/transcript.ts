import { FELT, type Machine } from './machine.ts';

/** The prover's side of the channel: everything sent goes into the proof and into the transcript. */
export class Transcript {
  private readonly parts: Uint8Array[] = [];
  private readonly machine: Machine;
  private readonly scratch: number;

  /** `scratch`: 4 KiB. */
  constructor(machine: Machine, scratch: number) {
    this.machine = machine;
    this.scratch = scratch;
  }

  /** Appends bytes to the proof without mixing them (header, openings). */
  append(bytes: Uint8Array): void {
    this.parts.push(bytes.slice());
  }

  /** Sends `length` bytes at `at` as one message. */
  send(at: number, length: number): void {
    this.append(this.read(at, length));
    this.machine.exports.mix(at, length, this.scratch);
  }

  /** Draws a challenge into the scalar element at `out`. */
  draw(out: number): void {
    this.machine.exports.drawFelt(out);
  }

  /** Draws `count` challenges into consecutive elements. */
  drawMany(out: number, count: number): void {
    for (let i = 0; i < count; i++) this.draw(out + FELT * i);
  }

  read(at: number, length: number): Uint8Array {
    return new Uint8Array(this.machine.memory.buffer, at, length);
  }

  proof(): Uint8Array {
    const bytes = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}
