/**
 * A file of records that survive a crash, written from its beginning again in each generation (the
 * height being decided). Overwriting in place keeps a sync to the data alone: the file system has no
 * size or block map to journal, which costs several times as much as the record.
 *
 *   record = magic:u32 crc:u32 generation:u64 length:u32 payload
 *
 * The CRC-32 starts from the record's offset, so that a record is good at its own place only. Each
 * append is durable when it returns.
 *
 * A record that a crash cut off can only be the last one of its generation. So a bad record with a
 * good one of the same generation after it is damage to what was durable, and is refused; a bad end
 * is dropped.
 */
import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { StackError } from '@stackctl/types';

const MAGIC = 0x57414c32; // "WAL2"
const HEADER_BYTES = 20;
/** Header bytes before what the CRC covers. */
const CHECKED_FROM = 8;
/** A file that grew beyond this is cut down when a generation ends. */
const KEPT_BYTES = 8 << 20;

interface WalRecord {
  readonly generation: number;
  readonly payload: Uint8Array;
  /** Offset of what follows. */
  readonly end: number;
}

export class WalFile {
  readonly #path: string;
  readonly #fd: number;
  #generation: number;
  #end: number;

  private constructor(path: string, fd: number, generation: number, end: number) {
    this.#path = path;
    this.#fd = fd;
    this.#generation = generation;
    this.#end = end;
  }

  /**
   * Opens or makes the file and reads what it holds of `generation`. Records of others are as good
   * as gone.
   * @throws StackError STORE_CORRUPT, DISK
   */
  static open(path: string, generation: number): { file: WalFile; records: Uint8Array[] } {
    return onDisk(path, () => {
      const isNew = !existsSync(path);
      const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      if (isNew) syncFolder(dirname(path));
      const bytes = readAll(fd);
      const { records, end } = parse(bytes, generation);
      const first = recordAt(bytes, 0);
      const isOfAnother = first !== undefined && first.generation !== generation;
      if (!isOfAnother && hasRecordAfter(bytes, end, generation)) {
        closeSync(fd);
        const reason = `record at byte ${end} is damaged, with intact ones after it`;
        throw new StackError('STORE_CORRUPT', { path, reason });
      }
      return { file: new WalFile(path, fd, generation, end), records };
    });
  }

  /** @throws StackError DISK */
  append(payload: Uint8Array): void {
    onDisk(this.#path, () => {
      const record = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
      record.writeUInt32BE(MAGIC, 0);
      record.writeBigUInt64BE(BigInt(this.#generation), 8);
      record.writeUInt32BE(payload.length, 16);
      record.set(payload, HEADER_BYTES);
      record.writeUInt32BE(crc32(record.subarray(CHECKED_FROM), this.#end), 4);
      for (let done = 0; done < record.length; )
        done += writeSync(this.#fd, record, done, record.length - done, this.#end + done);
      fdatasyncSync(this.#fd);
      this.#end += record.length;
    });
  }

  /** Begins a generation: what was written so far counts no more. @throws StackError DISK */
  reset(generation: number): void {
    if (this.#end > KEPT_BYTES) onDisk(this.#path, () => ftruncateSync(this.#fd, 0));
    this.#generation = generation;
    this.#end = 0;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function readAll(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(fd, bytes, read, bytes.length - read, read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

function parse(bytes: Buffer, generation: number): { records: Uint8Array[]; end: number } {
  const records: Uint8Array[] = [];
  let end = 0;
  for (;;) {
    const record = recordAt(bytes, end);
    if (record?.generation !== generation) return { records, end };
    records.push(record.payload);
    end = record.end;
  }
}

function recordAt(bytes: Buffer, offset: number): WalRecord | undefined {
  const begin = offset + HEADER_BYTES;
  if (begin > bytes.length || bytes.readUInt32BE(offset) !== MAGIC) return undefined;
  const generation = Number(bytes.readBigUInt64BE(offset + 8));
  const end = begin + bytes.readUInt32BE(offset + 16);
  if (end > bytes.length) return undefined;
  const crc = crc32(bytes.subarray(offset + CHECKED_FROM, end), offset);
  if (crc !== bytes.readUInt32BE(offset + 4)) return undefined;
  return { generation, payload: bytes.subarray(begin, end), end };
}

function hasRecordAfter(bytes: Buffer, offset: number, generation: number): boolean {
  const magic = Buffer.alloc(4);
  magic.writeUInt32BE(MAGIC);
  for (let at = bytes.indexOf(magic, offset + 1); at >= 0; at = bytes.indexOf(magic, at + 1))
    if (recordAt(bytes, at)?.generation === generation) return true;
  return false;
}

/** Makes a new file's name durable. */
function syncFolder(path: string): void {
  const fd = openSync(path, constants.O_RDONLY);
  fsyncSync(fd);
  closeSync(fd);
}

function onDisk<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw new StackError('DISK', { path, reason: (error as Error).message }, { cause: error });
  }
}
