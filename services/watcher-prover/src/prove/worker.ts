import { parentPort, workerData } from 'node:worker_threads';
import { createRpcClient } from '@stackctl/rpc';
import { createProver } from '@stackctl/stark';
import { isStackError } from '@stackctl/types';
import type { ProverReply, ProverRequest, ProverSettings } from './messages.ts';
import { proveBlock, verifyProven } from './prove-block.ts';
import { ChainClasses } from './read-bundle.ts';

// The proving thread: takes one request at a time, answers with phases and one result.
const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread');
const settings = workerData as ProverSettings;
const rpc = createRpcClient(settings.rpcUrls);
const classes = new ChainClasses();
const prover = settings.threads > 1 ? createProver({ threads: settings.threads }) : undefined;

function reply(message: ProverReply): void {
  port?.postMessage(message);
}

async function answer(request: ProverRequest): Promise<ProverReply> {
  const context = {
    rpc,
    classes,
    settings,
    prover,
    onPhase: (phase: Extract<ProverReply, { kind: 'phase' }>['phase']) =>
      reply({ kind: 'phase', phase }),
  };
  try {
    const proven =
      request.kind === 'prove'
        ? await proveBlock(context, request)
        : await verifyProven(context, request, request.files);
    return { kind: 'proven', proven };
  } catch (error) {
    if (isStackError(error, 'RPC_UNREACHABLE')) return { kind: 'unreachable', ...error.facts };
    return { kind: 'failed', cause: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (request: ProverRequest) => void answer(request).then(reply));
