import { connect } from 'node:net';
import { HttpError, type HttpReply, type HttpRequest } from '@stackctl/runtime';

/** What a page may do to a validator: it dies (and is started again), hangs, goes on. */
const FAULTS: readonly unknown[] = ['kill', 'pause', 'resume'];
const TIMEOUT_MS = 3_000;

/**
 * POST /chaos `{node, fault}`: asks the stack's supervisor on its socket, one JSON line there and back. Validators
 * only, by number; and for pages of this origin only, since any page may send a request to this machine.
 */
export function createChaos(socket: string): (request: HttpRequest) => Promise<HttpReply> {
  return async (request) => {
    const { origin, host } = request.headers;
    if (origin !== `http://${host}`) throw new HttpError(403, 'not from this origin');
    const { node, fault } = request.json() as { node?: unknown; fault?: unknown };
    if (!Number.isSafeInteger(node) || Number(node) < 0 || !FAULTS.includes(fault))
      throw new HttpError(400, 'expected {"node": 0, "fault": "kill"|"pause"|"resume"}');
    const reply = await ask(socket, { op: 'disturb', service: `sequencer-${Number(node)}`, fault });
    if (reply === undefined) throw new HttpError(503, 'the supervisor does not answer');
    if (!reply.ok) throw new HttpError(400, 'the supervisor refuses');
    return { json: { ok: true } };
  };
}

function ask(path: string, request: object): Promise<{ readonly ok: boolean } | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    const end = (reply: { readonly ok: boolean } | undefined) => {
      socket.destroy();
      resolve(reply);
    };
    socket.setEncoding('utf8').setTimeout(TIMEOUT_MS, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) end(JSON.parse(text) as { ok: boolean });
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
