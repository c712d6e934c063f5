import type { Event } from '@stackctl/types';
import { useAbiAt } from '../data/contracts.ts';
import { decodeFields } from '../decode/values.ts';
import { ContractLink, Hex } from './parts.tsx';
import { Decoded, Felts } from './values.tsx';

/** An event by the ABI of the contract that emitted it, or as felts where that does not say. */
export function EventItem({ event }: { event: Event }) {
  return (
    <li>
      <ContractLink address={event.fromAddress} /> <EventBody event={event} />
    </li>
  );
}

export function EventBody({ event }: { event: Event }) {
  const abi = useAbiAt(event.fromAddress);
  const named = abi.eventOf(event.keys);
  const keyFields = named?.event.members.filter(({ kind }) => kind === 'key') ?? [];
  const dataFields = named?.event.members.filter(({ kind }) => kind !== 'key') ?? [];
  const keys = event.keys.slice(named?.used ?? 0);
  const fits =
    named !== undefined &&
    decodeFields(abi, keyFields, keys) !== undefined &&
    decodeFields(abi, dataFields, event.data) !== undefined;
  if (fits) {
    return (
      <>
        <strong>{named.event.name}</strong>
        {keys.length > 0 && <Decoded abi={abi} fields={keyFields} felts={keys} />}
        {event.data.length > 0 && <Decoded abi={abi} fields={dataFields} felts={event.data} />}
      </>
    );
  }
  return (
    <>
      {event.keys[0] !== undefined && <Hex value={event.keys[0]} />}
      <div className="columns">
        <div>
          <h3>Keys</h3>
          <Felts of={event.keys} />
        </div>
        <div>
          <h3>Data</h3>
          <Felts of={event.data} />
        </div>
      </div>
    </>
  );
}
