import { selector } from '@stackctl/crypto';
import type { EventFilter } from '@stackctl/rpc';
import { useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { useLocation, useSearchParams } from 'wouter';
import { useHead } from '../data/chain.ts';
import { looseFelt } from '../data/search.ts';
import { useTitle } from '../shell/title.ts';
import { EventList } from '../ui/event-list.tsx';
import { Panel } from '../ui/parts.tsx';

/** Without a filter the newest blocks are shown: a chain's first events are of little use to anybody. */
const RECENT_BLOCKS = 50;

export function EventsPage() {
  useTitle('Events');
  const [params] = useSearchParams();
  const height = useHead().data?.number;
  const [problem, setProblem] = useState('');
  const [, navigate] = useLocation();
  const filter = filterOf(params, height);

  function apply(data: FormData): void {
    const wanted = new URLSearchParams();
    for (const name of FIELDS) {
      const value = data.get(name);
      const text = typeof value === 'string' ? value.trim() : '';
      if (text !== '') wanted.set(name, text);
    }
    const read = filterOf(wanted, height);
    if (typeof read === 'string') setProblem(read);
    else {
      setProblem('');
      navigate(`/events?${wanted}`);
    }
  }

  return (
    <>
      <h1>Events</h1>
      <Panel title="Filter">
        <Form
          className="body row"
          onSubmit={(event) => {
            event.preventDefault();
            apply(new FormData(event.currentTarget));
          }}
        >
          {FIELDS.map((name) => (
            <TextField
              key={name}
              name={name}
              className="field"
              defaultValue={params.get(name) ?? ''}
            >
              <Label>{LABELS[name]}</Label>
              <Input className="input mono" />
            </TextField>
          ))}
          <Button className="button primary" type="submit">
            Show
          </Button>
          {problem !== '' && <span role="alert">{problem}</span>}
        </Form>
      </Panel>
      {typeof filter === 'string' ? (
        <p className="notice bad">{filter}</p>
      ) : (
        filter !== undefined && <EventList filter={filter} />
      )}
    </>
  );
}

const FIELDS = ['address', 'event', 'from', 'to'] as const;
const LABELS: Readonly<Record<(typeof FIELDS)[number], string>> = {
  address: 'Contract',
  event: 'Event name or key',
  from: 'From block',
  to: 'To block',
};

/** The filter that an address names; a sentence when it names none, undefined before the height is known. */
function filterOf(
  params: URLSearchParams,
  height: number | undefined,
): Omit<EventFilter, 'chunkSize'> | string | undefined {
  const text = (name: string) => params.get(name)?.trim() ?? '';
  const address = text('address') === '' ? undefined : looseFelt(text('address'));
  if (address === undefined && text('address') !== '')
    return 'The contract is an address that starts with 0x.';
  const event = text('event');
  const key = event === '' ? undefined : (looseFelt(event) ?? selectorOf(event));
  if (event !== '' && key === undefined)
    return 'The event is its name, or a key that starts with 0x.';
  for (const name of ['from', 'to'])
    if (!/^\d{0,15}$/.test(text(name))) return 'Blocks are given by their numbers.';
  const bounded = address !== undefined || key !== undefined || text('from') !== '';
  if (!bounded && height === undefined) return undefined;
  const from = text('from') === '' ? undefined : Number(text('from'));
  const first = from ?? (bounded ? undefined : Math.max(0, (height ?? 0) - RECENT_BLOCKS));
  return {
    ...(address === undefined ? {} : { addresses: [address] }),
    ...(key === undefined ? {} : { keys: [[key]] }),
    ...(first === undefined ? {} : { fromBlock: { number: first } }),
    ...(text('to') === '' ? {} : { toBlock: { number: Number(text('to')) } }),
  };
}

function selectorOf(name: string): bigint | undefined {
  return /^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name) ? selector(name) : undefined;
}
