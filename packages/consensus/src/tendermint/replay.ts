import type { WalEntry } from '../engine.ts';
import type { Message } from '../types.ts';
import type { HeightState } from './state.ts';

/**
 * Puts a process back to where its log says it was. Its own messages are all it needs never to
 * contradict itself: the lock is its latest precommit for a value (L38-L40 set both at once), and
 * the polkas logged beside it let it propose that value again.
 */
export function replay(state: HeightState, entries: readonly WalEntry[]): void {
  for (const entry of entries) {
    switch (entry.type) {
      case 'message':
        if (entry.message.height === state.height) replayMessage(state, entry.message);
        break;
      case 'polka': {
        const { certificate } = entry;
        const { height, round, valueId } = certificate;
        if (height === state.height && round > (state.valid?.round ?? -1))
          state.valid = { valueId, round, polka: certificate };
        break;
      }
    }
  }
  // Whoever has spoken at this height has seen its block to be due.
  state.due = state.sent.length > 0;
}

function replayMessage(state: HeightState, message: Message): void {
  state.sent.push(message);
  if (message.round > state.round) {
    state.round = message.round;
    state.step = 'propose';
  }
  state.log.record(message, state.round);
  if (message.type !== 'vote' || message.round < state.round) return;
  state.step = message.kind;
  if (message.kind === 'precommit' && message.valueId !== null)
    state.locked = { valueId: message.valueId, round: message.round };
}
