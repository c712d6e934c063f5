import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Evidence, encodeMessage } from '@stackctl/consensus';

export interface EvidenceEntry {
  readonly validator: string;
  readonly height: number;
  readonly round: number;
  readonly kind: string;
}

/** More from one run says nothing new and would fill the disk. */
const KEPT = 1000;

/**
 * Proofs of equivocation: a summary in memory, both signed messages on disk (`evidence.jsonl`, one
 * entry a line, messages as hex of their canonical encoding).
 */
export class EvidenceBook {
  readonly #path: string;
  readonly #entries: EvidenceEntry[] = [];

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'evidence.jsonl');
  }

  get entries(): readonly EvidenceEntry[] {
    return this.#entries;
  }

  add(validator: string, { first, second }: Evidence): EvidenceEntry | undefined {
    if (this.#entries.length >= KEPT) return undefined;
    const { height, round } = first;
    const kind = first.type === 'vote' ? first.kind : first.type;
    const entry = { validator, height, round, kind };
    this.#entries.push(entry);
    const line = { ...entry, first: hex(encodeMessage(first)), second: hex(encodeMessage(second)) };
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
    return entry;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
