import { voteSignBytes } from '@stackctl/consensus';
import type { CommitCertificate, DecidedValue } from '@stackctl/rpc';
import type { Felt } from '@stackctl/types';

/** What this browser found out about a commit certificate. */
export interface CertificateCheck {
  /** By the place of the signature in the certificate; undefined where the browser cannot tell. */
  readonly signatures: ReadonlyArray<boolean | undefined>;
  /** Keys with a valid signature, each counted once. */
  readonly valid: number;
  /** The decided value has the certificate's id and names this block. */
  readonly bound: boolean;
}

/**
 * Checks who signed what: each ed25519 signature over the precommit's bytes (packages/consensus,
 * sign-bytes.ts), and that what was voted for is this block, since the value id is the sha256 of a proposal
 * that holds the block's hash. Whose the keys are stands in the genesis file and is not judged here.
 */
export async function checkCertificate(
  block: { readonly number: number; readonly hash: Felt },
  certificate: CommitCertificate,
  { domain, value }: DecidedValue,
): Promise<CertificateCheck> {
  const { height, round, valueId } = certificate;
  const bytes = fromHex(value);
  const digest = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  const decided = readDecided(bytes);
  const bound =
    digest === valueId &&
    height === block.number &&
    decided?.number === block.number &&
    decided.hash === block.hash;
  const message = new Uint8Array(
    voteSignBytes(fromHex(domain), { kind: 'precommit', height, round, valueId }),
  );
  const signatures = await Promise.all(
    certificate.signatures.map(({ publicKey, signature }) =>
      isSigned(fromHex(publicKey), fromHex(signature), message),
    ),
  );
  const keys = certificate.signatures.filter((_, index) => signatures[index] === true);
  return { signatures, valid: new Set(keys.map(({ publicKey }) => publicKey)).size, bound };
}

type Bytes = Uint8Array<ArrayBuffer>;

async function isSigned(
  key: Bytes,
  signature: Bytes,
  message: Bytes,
): Promise<boolean | undefined> {
  try {
    const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', imported, signature, message);
  } catch (error) {
    // A browser without Ed25519 knows nothing; a key that is none has signed nothing.
    return (error as DOMException).name === 'NotSupportedError' ? undefined : false;
  }
}

/**
 * Height and block hash at the head of a proposal (services/sequencer, codec/proposal.ts): a version byte,
 * height and time as LEB128, the proposer's address and the hash as length byte and big-endian bytes.
 */
export function readDecided(value: Uint8Array): { number: number; hash: Felt } | undefined {
  let at = 1;
  function uint(): number {
    let result = 0;
    for (let unit = 1; unit < 2 ** 53; unit *= 128) {
      const byte = value[at++] ?? 0;
      result += (byte & 127) * unit;
      if (byte < 128) break;
    }
    return result;
  }
  function natural(): Felt | undefined {
    const length = value[at++] ?? 0;
    if (length > 32 || at + length > value.length) return undefined;
    const bytes = value.slice(at, at + length);
    at += length;
    return length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
  }
  const number = uint();
  uint();
  if (natural() === undefined) return undefined;
  const hash = natural();
  return hash === undefined ? undefined : { number, hash };
}

function fromHex(text: string): Bytes {
  const pairs = /^([0-9a-f]{2})*$/.test(text) ? (text.match(/../g) ?? []) : [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
