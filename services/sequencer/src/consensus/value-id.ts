import { hash } from 'node:crypto';
import { type ValueId, Writer } from '@stackctl/consensus';

/** Name of a proposed value: sha256 of its bytes. */
export function valueIdOf(value: Uint8Array): ValueId {
  return hash('sha256', value, 'hex');
}

/** 32 bytes that name one network: what nodes greet each other with and what every vote is bound to. */
export function networkId(chainId: string, genesisDigest: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(`stackctl network v1 ${chainId} `);
  const writer = new Writer().raw(text).raw(genesisDigest);
  return hash('sha256', writer.finish(), 'buffer');
}
