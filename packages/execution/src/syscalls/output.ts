import { ExecutionAbort } from '../abort.ts';
import { MAX_MESSAGE_PAYLOAD, MAX_MESSAGES } from '../constants.ts';
import { feltAt, feltsAt, type Syscall } from './syscall.ts';

export const emitEvent: Syscall = {
  name: 'EmitEvent',
  request: ['range', 'range'],
  run({ frame }, request) {
    const { context } = frame;
    const { limits } = context.constants;
    const [keys, data] = [feltsAt(request, 0), feltsAt(request, 1)];
    atMost('event keys', keys.length, limits.eventKeys);
    atMost('event data felts', data.length, limits.eventData);
    const order = context.events++;
    atMost('events', context.events, limits.events);
    frame.events.push({ fromAddress: frame.request.contractAddress, keys, data, order });
    return { cells: [] };
  },
};

export const sendMessageToL1: Syscall = {
  name: 'SendMessageToL1',
  request: ['felt', 'range'],
  run({ frame }, request) {
    const { context } = frame;
    const [toAddress, payload] = [feltAt(request, 0), feltsAt(request, 1)];
    if (toAddress >> 160n !== 0n)
      throw new ExecutionAbort('The L1 address has more than 160 bits.');
    atMost('message felts', payload.length, MAX_MESSAGE_PAYLOAD);
    const order = context.messages++;
    atMost('messages', context.messages, MAX_MESSAGES);
    const fromAddress = frame.request.contractAddress;
    frame.messages.push({ fromAddress, toAddress, payload, order });
    return { cells: [] };
  },
};

function atMost(what: string, count: number, bound: number): void {
  if (count > bound)
    throw new ExecutionAbort(`Exceeded the maximum of ${bound} ${what}: ${count}.`);
}
