import type { CallTrace, Event, MessageToL1 } from '@stackctl/types';

/** Events of calls and of the calls in them, in the order in which they were emitted. */
export function collectEvents(calls: readonly CallTrace[]): Event[] {
  const events: Array<Event & { order: number }> = [];
  visit(calls, (call) => events.push(...call.events));
  return events
    .sort((a, b) => a.order - b.order)
    .map(({ fromAddress, keys, data }) => ({ fromAddress, keys, data }));
}

export function collectMessages(calls: readonly CallTrace[]): MessageToL1[] {
  const messages: Array<MessageToL1 & { order: number }> = [];
  visit(calls, (call) => messages.push(...call.messages));
  return messages
    .sort((a, b) => a.order - b.order)
    .map(({ fromAddress, toAddress, payload }) => ({ fromAddress, toAddress, payload }));
}

/** The calls inside a failed call took no effect. */
function visit(calls: readonly CallTrace[], each: (call: CallTrace) => void): void {
  for (const call of calls) {
    if (call.failed) continue;
    each(call);
    visit(call.calls, each);
  }
}
