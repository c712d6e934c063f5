/**
 * Canonical binary form of messages, certificates and log entries: every thing has exactly one
 * encoding, and decoding accepts nothing else (no slack, no unordered lists, no odd flags).
 *
 *   message     = 1 proposal | 2 vote
 *   proposal    = height:u64 round:u32 validRound+1:u32 valueId:32 validator:u16 signature:64
 *                 certificate?            (present exactly when validRound >= 0)
 *   vote        = kind:u8 height:u64 round:u32 choice validator:u16 signature:64
 *   choice      = 0 | 1 valueId:32
 *   certificate = kind:u8 height:u64 round:u32 valueId:32 count:u16 (validator:u16 signature:64)*
 *   kind        = 1 prevote | 2 precommit
 *   walEntry    = 1 message | 2 certificate
 */
import { decodeStrictly, MalformedBytes, type Reader, Writer } from './bytes.ts';
import type { WalEntry } from './engine.ts';
import type { Certificate, Message, Proposal, ValueId, Vote, VoteKind } from './types.ts';

const SIGNATURE_BYTES = 64;
const VALUE_ID_BYTES = 32;
/** Rounds stay below, so that `round + 1` is a u32 as well. */
const MAX_ROUND = 2 ** 31;

export function encodeMessage(message: Message): Uint8Array {
  const writer = new Writer();
  writeMessage(writer, message);
  return writer.finish();
}

export function decodeMessage(bytes: Uint8Array): Message | undefined {
  return decodeStrictly(bytes, readMessage);
}

export function encodeCertificate(certificate: Certificate): Uint8Array {
  const writer = new Writer();
  writeCertificate(writer, certificate);
  return writer.finish();
}

export function decodeCertificate(bytes: Uint8Array): Certificate | undefined {
  return decodeStrictly(bytes, readCertificate);
}

export function encodeWalEntry(entry: WalEntry): Uint8Array {
  const writer = new Writer();
  switch (entry.type) {
    case 'message':
      writeMessage(writer.u8(1), entry.message);
      break;
    case 'polka':
      writeCertificate(writer.u8(2), entry.certificate);
      break;
  }
  return writer.finish();
}

export function decodeWalEntry(bytes: Uint8Array): WalEntry | undefined {
  return decodeStrictly(bytes, (reader): WalEntry => {
    switch (reader.u8()) {
      case 1:
        return { type: 'message', message: readMessage(reader) };
      case 2:
        return { type: 'polka', certificate: readCertificate(reader) };
      default:
        throw new MalformedBytes('unknown log entry');
    }
  });
}

function writeMessage(writer: Writer, message: Message): void {
  switch (message.type) {
    case 'proposal':
      writer
        .u8(1)
        .u64(message.height)
        .u32(message.round)
        .u32(message.validRound + 1);
      writer.hex(message.valueId).u16(message.validator).raw(message.signature);
      if (message.polka !== undefined) writeCertificate(writer, message.polka);
      break;
    case 'vote':
      writer.u8(2).u8(kindCode(message.kind)).u64(message.height).u32(message.round);
      writeChoice(writer, message.valueId);
      writer.u16(message.validator).raw(message.signature);
      break;
  }
}

function readMessage(reader: Reader): Message {
  switch (reader.u8()) {
    case 1:
      return readProposal(reader);
    case 2:
      return readVote(reader);
    default:
      throw new MalformedBytes('unknown message');
  }
}

function readProposal(reader: Reader): Proposal {
  const height = reader.u64();
  const round = readRound(reader);
  const validRound = reader.u32() - 1;
  if (validRound >= round) throw new MalformedBytes('valid round not before the round');
  const proposal: Proposal = {
    type: 'proposal',
    height,
    round,
    validRound,
    valueId: reader.hex(VALUE_ID_BYTES),
    validator: reader.u16(),
    signature: reader.copy(SIGNATURE_BYTES),
  };
  return validRound < 0 ? proposal : { ...proposal, polka: readCertificate(reader) };
}

function readVote(reader: Reader): Vote {
  return {
    type: 'vote',
    kind: readKind(reader),
    height: reader.u64(),
    round: readRound(reader),
    valueId: readChoice(reader),
    validator: reader.u16(),
    signature: reader.copy(SIGNATURE_BYTES),
  };
}

function writeCertificate(writer: Writer, certificate: Certificate): void {
  writer.u8(kindCode(certificate.kind)).u64(certificate.height).u32(certificate.round);
  writer.hex(certificate.valueId).u16(certificate.signatures.length);
  for (const { validator, signature } of certificate.signatures)
    writer.u16(validator).raw(signature);
}

function readCertificate(reader: Reader): Certificate {
  const kind = readKind(reader);
  const height = reader.u64();
  const round = readRound(reader);
  const valueId = reader.hex(VALUE_ID_BYTES);
  const count = reader.u16();
  const signatures: Array<Certificate['signatures'][number]> = [];
  let previous = -1;
  for (let i = 0; i < count; i++) {
    const validator = reader.u16();
    if (validator <= previous) throw new MalformedBytes('validators not ascending');
    previous = validator;
    signatures.push({ validator, signature: reader.copy(SIGNATURE_BYTES) });
  }
  return { kind, height, round, valueId, signatures };
}

/** 1 for prevotes, 2 for precommits; also what is signed. */
export function kindCode(kind: VoteKind): number {
  return kind === 'prevote' ? 1 : 2;
}

function readKind(reader: Reader): VoteKind {
  const code = reader.u8();
  if (code !== 1 && code !== 2) throw new MalformedBytes('unknown kind of vote');
  return code === 1 ? 'prevote' : 'precommit';
}

function readRound(reader: Reader): number {
  const round = reader.u32();
  if (round >= MAX_ROUND) throw new MalformedBytes('round out of range');
  return round;
}

export function writeChoice(writer: Writer, valueId: ValueId | null): void {
  if (valueId === null) writer.u8(0);
  else writer.u8(1).hex(valueId);
}

function readChoice(reader: Reader): ValueId | null {
  const flag = reader.u8();
  if (flag > 1) throw new MalformedBytes('odd flag');
  return flag === 0 ? null : reader.hex(VALUE_ID_BYTES);
}
