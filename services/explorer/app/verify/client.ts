import type { VerifyReport } from '@stackctl/block-proof';
import type { Step, VerifyMessage, VerifyRequest } from './protocol.ts';

export interface Verification {
  readonly report: VerifyReport;
  /** Of proof and public inputs. */
  readonly proofBytes: number;
}

interface Waiting {
  readonly onStep: (step: Step) => void;
  readonly resolve: (verification: Verification) => void;
  readonly reject: (error: Error) => void;
}

let worker: Worker | undefined;
let lastId = 0;
const waiting = new Map<number, Waiting>();

/** One worker for the page, started with the first proof. */
function verifier(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<VerifyMessage>) => {
    const entry = waiting.get(data.id);
    if (entry === undefined) return;
    if ('step' in data) return entry.onStep(data.step);
    waiting.delete(data.id);
    entry.resolve({ report: data.report, proofBytes: data.proofBytes });
  });
  worker.addEventListener('error', ({ message }) => {
    worker = undefined;
    for (const { reject } of waiting.values())
      reject(new Error(message || 'the verifier could not be loaded'));
    waiting.clear();
  });
  return worker;
}

/** Verifies a block's proof in the worker. Rejects only when the worker itself fails. */
export function verifyInBrowser(
  block: number,
  onStep: (step: Step) => void,
): Promise<Verification> {
  return new Promise((resolve, reject) => {
    const id = ++lastId;
    waiting.set(id, { onStep, resolve, reject });
    const request: VerifyRequest = { id, block };
    verifier().postMessage(request);
  });
}
