import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, frameHeader } from '../../src/network/frames.ts';
import {
  authenticationBytes,
  createEphemeral,
  decodeHello,
  encodeHello,
  sessionKeys,
  transcriptOf,
} from '../../src/network/handshake.ts';
import { RateLimit } from '../../src/network/rate-limit.ts';
import { Opener, Sealer } from '../../src/network/secure-channel.ts';
import { parsePeers } from '../../src/network/transport.ts';

describe('frames', () => {
  it('come out whole however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        (bodies, cuts) => {
          const stream = Buffer.concat(bodies.flatMap((body) => [frameHeader(body.length), body]));
          const reader = new FrameReader(50);
          const read: Uint8Array[] = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = cuts[i % cuts.length] as number;
            const chunk = stream.subarray(at, at + size);
            expect(reader.push(chunk, (body) => read.push(Uint8Array.from(body)))).toBe(true);
            at += size;
          }
          expect(read).toEqual(bodies);
        },
      ),
    );
  });

  it.each([0, 51, 0xffffffff])('of %i bytes are refused at their header', (length) => {
    const reader = new FrameReader(50);
    expect(reader.push(Buffer.from(frameHeader(length)), () => {})).toBe(false);
  });
});

describe('sealed frames', () => {
  const key = randomBytes(32);
  const seal = (sealer: Sealer, text: string): Buffer =>
    Buffer.concat(sealer.seal(Buffer.from(text)));

  it('open in order', () => {
    const sealer = new Sealer(key);
    const opener = new Opener(key);
    for (const text of ['one', '', 'three'])
      expect(opener.open(seal(sealer, text))?.toString()).toBe(text);
  });

  it('do not open when changed in any bit, repeated, skipped, cut or under another key', () => {
    const sealer = new Sealer(key);
    const first = seal(sealer, 'first');
    const second = seal(sealer, 'second');
    for (let bit = 0; bit < first.length * 8; bit++) {
      const changed = Buffer.from(first);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(new Opener(key).open(changed)).toBeUndefined();
    }
    expect(new Opener(key).open(second)).toBeUndefined();
    expect(new Opener(key).open(first.subarray(0, 10))).toBeUndefined();
    expect(new Opener(randomBytes(32)).open(first)).toBeUndefined();
    const opener = new Opener(key);
    opener.open(first);
    expect(opener.open(first)).toBeUndefined();
  });
});

describe('handshake', () => {
  it('gives both sides the same keys, and other sides other keys', () => {
    const [dialer, acceptor, eve] = [createEphemeral(), createEphemeral(), createEphemeral()];
    const transcript = randomBytes(32);
    const keys = sessionKeys(dialer, acceptor.publicKey, transcript);
    expect(sessionKeys(acceptor, dialer.publicKey, transcript)).toEqual(keys);
    expect(sessionKeys(eve, dialer.publicKey, transcript)).not.toEqual(keys);
    expect(sessionKeys(acceptor, dialer.publicKey, randomBytes(32))).not.toEqual(keys);
    expect(keys?.fromDialer).not.toEqual(keys?.fromAcceptor);
  });

  it('refuses an ephemeral key of low order', () => {
    expect(sessionKeys(createEphemeral(), new Uint8Array(32), randomBytes(32))).toBeUndefined();
  });

  it('reads hellos strictly', () => {
    const hello = {
      network: Uint8Array.from(randomBytes(32)),
      ephemeral: Uint8Array.from(randomBytes(32)),
      name: 'sequencer-0',
    };
    const bytes = encodeHello(hello);
    expect(decodeHello(bytes)).toEqual(hello);
    for (let length = 0; length < bytes.length; length++)
      expect(decodeHello(bytes.subarray(0, length))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array(), (garbage) => decodeHello(garbage) === undefined));
  });

  it('has the roles sign different bytes', () => {
    const transcript = transcriptOf(Uint8Array.of(1), Uint8Array.of(2));
    expect(authenticationBytes('dialer', transcript)).not.toEqual(
      authenticationBytes('acceptor', transcript),
    );
    expect(transcriptOf(Uint8Array.of(1, 2), Uint8Array.of(3))).not.toEqual(
      transcriptOf(Uint8Array.of(1), Uint8Array.of(2, 3)),
    );
  });
});

describe('rate limit', () => {
  it('lets a burst through, then the rate', () => {
    const limit = new RateLimit(1000, 500, 0);
    expect(limit.spend(500, 0)).toBe(0);
    expect(limit.spend(100, 0)).toBe(100);
    expect(limit.spend(0, 100)).toBe(0);
    expect(limit.spend(500, 10_000)).toBe(0);
    expect(limit.spend(1, 10_000)).toBe(1);
  });
});

describe('peers', () => {
  it('are read from text', () => {
    expect(parsePeers('a@127.0.0.1:1, b-2@seq.local:65535,c@[::1]:3')).toEqual([
      { name: 'a', host: '127.0.0.1', port: 1 },
      { name: 'b-2', host: 'seq.local', port: 65535 },
      { name: 'c', host: '::1', port: 3 },
    ]);
    expect(parsePeers('')).toEqual([]);
  });

  it.each(['a', 'a@b', 'a@b:0', 'a@b:65536', '@b:1', 'a@b:1x'])('refuses %s', (text) => {
    expect(() => parsePeers(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
