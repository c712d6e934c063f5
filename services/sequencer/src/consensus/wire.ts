/** What hosts tell each other, on the transport's `consensus` channel. */
import {
  type Certificate,
  decodeCertificate,
  decodeMessage,
  decodeStrictly,
  encodeCertificate,
  encodeMessage,
  MalformedBytes,
  type Message,
  type Reader,
  type ValueId,
  Writer,
} from '@stackctl/consensus';

export type WireMessage =
  /** 1: a vote or a proposal. */
  | { readonly type: 'core'; readonly message: Message }
  /** 2: a piece of a value; pieces of one value come in order. */
  | {
      readonly type: 'piece';
      readonly valueId: ValueId;
      readonly total: number;
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  /** 3: please send the pieces of a value of the present height. */
  | { readonly type: 'want'; readonly valueId: ValueId }
  /** 4: this node has committed up to `height`. */
  | { readonly type: 'status'; readonly height: number }
  /** 5: please send decided blocks from `from` on, at most `count`. */
  | { readonly type: 'pull'; readonly from: number; readonly count: number }
  /** 6: a decided block's certificate; the pieces of its value follow. */
  | { readonly type: 'decided'; readonly certificate: Certificate }
  /** 7: a pull has been answered, up to and without `next`. */
  | { readonly type: 'served'; readonly next: number };

const TAGS = { core: 1, piece: 2, want: 3, status: 4, pull: 5, decided: 6, served: 7 } as const;

export function encodeWire(message: WireMessage): Uint8Array {
  const writer = new Writer().u8(TAGS[message.type]);
  switch (message.type) {
    case 'core':
      return writer.raw(encodeMessage(message.message)).finish();
    case 'piece':
      writer.hex(message.valueId).u32(message.total).u32(message.offset);
      return writer.raw(message.bytes).finish();
    case 'want':
      return writer.hex(message.valueId).finish();
    case 'status':
      return writer.u64(message.height).finish();
    case 'pull':
      return writer.u64(message.from).u16(message.count).finish();
    case 'decided':
      return writer.raw(encodeCertificate(message.certificate)).finish();
    case 'served':
      return writer.u64(message.next).finish();
  }
}

export function decodeWire(bytes: Uint8Array): WireMessage | undefined {
  return decodeStrictly(bytes, readWire);
}

function readWire(reader: Reader): WireMessage {
  switch (reader.u8()) {
    case TAGS.core:
      return { type: 'core', message: whole(decodeMessage(reader.rest())) };
    case TAGS.piece:
      return {
        type: 'piece',
        valueId: reader.hex(32),
        total: reader.u32(),
        offset: reader.u32(),
        bytes: reader.rest(),
      };
    case TAGS.want:
      return { type: 'want', valueId: reader.hex(32) };
    case TAGS.status:
      return { type: 'status', height: reader.u64() };
    case TAGS.pull:
      return { type: 'pull', from: reader.u64(), count: reader.u16() };
    case TAGS.decided:
      return { type: 'decided', certificate: whole(decodeCertificate(reader.rest())) };
    case TAGS.served:
      return { type: 'served', next: reader.u64() };
    default:
      throw new MalformedBytes('unknown message');
  }
}

function whole<T>(decoded: T | undefined): T {
  if (decoded === undefined) throw new MalformedBytes('body');
  return decoded;
}
