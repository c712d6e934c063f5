import type { Felt } from '@stackctl/types';

/** One call of an account's `__execute__(calls: Array<Call>)`. */
export interface AccountCall {
  readonly to: Felt;
  readonly selector: Felt;
  readonly calldata: readonly Felt[];
}

/** The calls in an invoke's calldata (SNIP-6); undefined when they are not written so. */
export function accountCalls(calldata: readonly Felt[]): readonly AccountCall[] | undefined {
  const calls: AccountCall[] = [];
  const count = calldata[0];
  if (count === undefined || count > BigInt(calldata.length)) return undefined;
  let at = 1;
  for (let i = 0n; i < count; i++) {
    const [to, selector, length] = calldata.slice(at, at + 3);
    if (to === undefined || selector === undefined || length === undefined) return undefined;
    at += 3;
    if (length > BigInt(calldata.length - at)) return undefined;
    const end = at + Number(length);
    calls.push({ to, selector, calldata: calldata.slice(at, end) });
    at = end;
  }
  return at === calldata.length ? calls : undefined;
}
