import { join } from 'node:path';
import {
  decodeStrictly,
  decodeWalEntry,
  encodeWalEntry,
  MalformedBytes,
  type Reader,
  type ValueId,
  type WalEntry,
  Writer,
} from '@stackctl/consensus';
import { StackError } from '@stackctl/types';
import { valueIdOf } from './value-id.ts';
import { WalFile } from './wal-file.ts';

const ENTRY = 1;
const VALUE = 2;

/** What a crashed node had logged for the height that it was in. */
export interface LoggedHeight {
  readonly entries: readonly WalEntry[];
  readonly values: readonly Uint8Array[];
}

/**
 * The log of the height being decided (a generation of the file). One record holds all that one step
 * of the core logged:
 *
 *   record = network:32 item*        item = 1 length:u32 walEntry | 2 length:u32 value
 *
 * Values are logged with their polka: after a crash of all nodes at once, somebody must still have
 * the bytes that others are locked on.
 */
export class HeightLog {
  readonly #file: WalFile;
  readonly #network: Uint8Array;
  #loggedValues = new Set<ValueId>();

  private constructor(file: WalFile, network: Uint8Array) {
    this.#file = file;
    this.#network = network;
  }

  /** @throws StackError STORE_CORRUPT, DISK */
  static open(
    dataDir: string,
    network: Uint8Array,
    height: number,
  ): { log: HeightLog; logged: LoggedHeight } {
    const path = join(dataDir, 'consensus.wal');
    const { file, records } = WalFile.open(path, height);
    const entries: WalEntry[] = [];
    const values: Uint8Array[] = [];
    for (const record of records) {
      const decoded = decodeStrictly(record, readRecord);
      if (decoded === undefined)
        throw new StackError('STORE_CORRUPT', { path, reason: 'a record of another format' });
      if (!Buffer.from(decoded.network).equals(network)) continue;
      entries.push(...decoded.entries);
      values.push(...decoded.values);
    }
    const log = new HeightLog(file, network);
    log.#loggedValues = new Set(values.map(valueIdOf));
    return { log, logged: { entries, values } };
  }

  /** Makes entries durable, each value once. `bytesOf` gives values by id. */
  append(entries: readonly WalEntry[], bytesOf: (id: ValueId) => Uint8Array | undefined): void {
    const writer = new Writer().raw(this.#network);
    for (const entry of entries) {
      const bytes = encodeWalEntry(entry);
      writer.u8(ENTRY).u32(bytes.length).raw(bytes);
      if (entry.type !== 'polka') continue;
      const { valueId } = entry.certificate;
      const value = bytesOf(valueId);
      if (value === undefined || this.#loggedValues.has(valueId)) continue;
      this.#loggedValues.add(valueId);
      writer.u8(VALUE).u32(value.length).raw(value);
    }
    this.#file.append(writer.finish());
  }

  /** A height begins; the one before it is committed. */
  begin(height: number): void {
    this.#file.reset(height);
    this.#loggedValues.clear();
  }

  close(): void {
    this.#file.close();
  }
}

function readRecord(reader: Reader): {
  network: Uint8Array;
  entries: WalEntry[];
  values: Uint8Array[];
} {
  const network = reader.copy(32);
  const entries: WalEntry[] = [];
  const values: Uint8Array[] = [];
  while (reader.left > 0) {
    const tag = reader.u8();
    const bytes = reader.copy(reader.u32());
    if (tag === VALUE) {
      values.push(bytes);
      continue;
    }
    const entry = tag === ENTRY ? decodeWalEntry(bytes) : undefined;
    if (entry === undefined) throw new MalformedBytes('log item');
    entries.push(entry);
  }
  return { network, entries, values };
}
