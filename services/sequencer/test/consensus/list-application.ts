import { hash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Application, Decided, DecidedRecord } from '../../src/consensus/index.ts';

interface ListBlock {
  readonly height: number;
  readonly parent: string;
  readonly items: readonly string[];
}

/**
 * The least application that still has a state: a list to which blocks append. A block names the
 * hash of all before it. With a file, blocks survive the process.
 */
export class ListApplication implements Application {
  readonly hashes: string[] = ['genesis'];
  readonly items: string[] = [];
  readonly #records: DecidedRecord[] = [];
  readonly #pending = new Set<string>();
  readonly #fd: number | undefined;
  #wake: () => void = () => {};
  /** Bytes of ballast in each block. */
  ballast = 0;
  /** Heights of blocks built here, and of those asked about. */
  readonly built: number[] = [];
  readonly validated: number[] = [];
  onCommit: (decided: Decided) => void = () => {};

  constructor(file?: string) {
    if (file === undefined) return;
    this.#fd = openSync(file, 'a+');
    for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
      const { value, certificate } = JSON.parse(line) as Record<string, string>;
      this.#apply({
        value: Buffer.from(value ?? '', 'hex'),
        certificate: Buffer.from(certificate ?? '', 'hex'),
      });
    }
  }

  add(item: string): void {
    if (this.items.includes(item)) return;
    this.#pending.add(item);
    this.#wake();
  }

  async build({ height }: { height: number }): Promise<Uint8Array> {
    this.built.push(height);
    const block: ListBlock = { height, parent: this.#head(), items: [...this.#pending] };
    const text = JSON.stringify(block);
    return new TextEncoder().encode(text.padEnd(Math.max(text.length, this.ballast)));
  }

  async validate(value: Uint8Array, height: number): Promise<boolean> {
    this.validated.push(height);
    const block = parse(value);
    if (block === undefined || block.height !== height || block.parent !== this.#head())
      return false;
    return block.items.every((item) => !this.items.includes(item) && item !== 'poison');
  }

  async commit(decided: Decided): Promise<void> {
    const { value, certificate } = decided;
    if (this.#fd !== undefined) {
      const record = { value: hex(value), certificate: hex(certificate) };
      writeSync(this.#fd, `${JSON.stringify(record)}\n`);
      fdatasyncSync(this.#fd);
    }
    this.#apply({ value, certificate });
    this.onCommit(decided);
  }

  async decidedAt(height: number): Promise<DecidedRecord | undefined> {
    return this.#records[height - 1];
  }

  height(): number {
    return this.#records.length;
  }

  pendingWork(): boolean {
    return this.#pending.size > 0;
  }

  onWork(wake: () => void): void {
    this.#wake = wake;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }

  #apply(record: DecidedRecord): void {
    const block = parse(record.value);
    if (block === undefined) throw new TypeError('committed what is not a block');
    this.#records.push(record);
    this.hashes.push(hash('sha256', `${this.#head()} ${hash('sha256', record.value)}`));
    for (const item of block.items) {
      this.items.push(item);
      this.#pending.delete(item);
    }
  }

  #head(): string {
    return this.hashes.at(-1) as string;
  }
}

function parse(value: Uint8Array): ListBlock | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(value)) as ListBlock;
  } catch {
    return undefined;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
