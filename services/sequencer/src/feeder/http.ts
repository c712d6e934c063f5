import { FeederError } from './errors.ts';
import type { Feeder } from './gateway.ts';

const PREFIX = '/feeder_gateway/';

export interface FeederAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** Whether a path belongs to the feeder gateway. */
export function isFeederPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** Answers a GET below `/feeder_gateway/`; `url` is the path with its query. */
export async function answerFeeder(
  feeder: Feeder,
  url: string,
  onInternalError: (error: unknown) => void,
): Promise<FeederAnswer> {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const name = path.slice(PREFIX.length).replace(/\/$/, '');
  if (name === 'is_alive') return { status: 200, json: 'FeederGateway is alive!' };
  try {
    const answer = feeder(name, query);
    if (answer === undefined) return { status: 404, json: notServed(name) };
    return { status: 200, json: await answer };
  } catch (error) {
    if (error instanceof FeederError)
      return { status: 400, json: { code: error.code, message: error.message } };
    onInternalError(error);
    return { status: 500, json: { code: 'StarkErrorCode.INTERNAL', message: 'Internal error' } };
  }
}

function notServed(name: string): unknown {
  const message = `${name.slice(0, 80)} is not served here`;
  return { code: 'StarkErrorCode.MALFORMED_REQUEST', message };
}
