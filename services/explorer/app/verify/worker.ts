import { NOTHING_VERIFIED, type ProofStore, verifyStored } from '@stackctl/block-proof';
import { createRpcClient } from '@stackctl/rpc';
import { StackError } from '@stackctl/types';
import type { VerifyMessage, VerifyRequest } from './protocol.ts';
import { loadVerifiers } from './stark.ts';

/**
 * Verifies blocks beside the page: reads block, classes and proof itself, and believes none of them. The code is
 * that of `stackctl verify`; what a verified proof means is in packages/block-proof.
 */
const rpc = createRpcClient([`${self.location.origin}/rpc`], { timeoutMs: 20_000 });

function tell(message: VerifyMessage): void {
  self.postMessage(message);
}

self.addEventListener('message', (event: MessageEvent<VerifyRequest>) => {
  const { id, block } = event.data;
  let proofBytes = 0;
  const store: Pick<ProofStore, 'get'> = {
    async get(name) {
      tell({ id, step: 'fetching the proof' });
      const bytes = await fetchObject(name);
      proofBytes += bytes?.length ?? 0;
      tell({ id, step: 'verifying' });
      return bytes;
    },
  };
  tell({ id, step: 'reading the block' });
  loadVerifiers()
    .then(() => verifyStored(rpc, store, { number: block }))
    .then(
      (report) => tell({ id, report, proofBytes }),
      (error: unknown) => tell({ id, report: broken(block, error), proofBytes }),
    );
});

async function fetchObject(name: string): Promise<Uint8Array | undefined> {
  const url = `${self.location.origin}/proofs/${name}`;
  let response: Response;
  try {
    response = await fetch(url, { cache: 'no-store' });
  } catch (error) {
    throw unreachable('it does not answer', error);
  }
  if (response.status === 404) return undefined;
  if (!response.ok) {
    const { error } = (await response.json().catch(() => ({}))) as { error?: string };
    throw unreachable(error ?? `HTTP ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

function unreachable(reason: string, cause?: unknown): StackError {
  return new StackError('STORE_UNREACHABLE', { url: 'the proof store', reason }, { cause });
}

/** A fault of the verifier itself: nothing is known of the proof. */
function broken(block: number, error: unknown) {
  const reason = error instanceof Error ? error.message : String(error);
  const known = { status: 'unavailable' as const, block, blockHash: null, ms: 0 };
  return { ...NOTHING_VERIFIED, ...known, reason };
}
