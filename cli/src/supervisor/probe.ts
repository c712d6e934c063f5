import type { Probe } from '../plan/types.ts';

/** One look at a service: whether its health URL answers 200 within `timeoutMs`. */
export async function probe(target: Probe, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(target.url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
