import { useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useLocation } from 'wouter';
import { find } from '../data/search.ts';

/** One box for whatever can be looked up: block number or hash, transaction, contract, class. */
export function Search() {
  const [, navigate] = useLocation();
  const [note, setNote] = useState('');
  const input = useRef<HTMLInputElement>(null);

  async function search(): Promise<void> {
    const text = input.current?.value.trim() ?? '';
    if (text === '') return;
    setNote('Searching…');
    const found = await find(text).catch(() => 'No node answers.');
    if (found.startsWith('/')) {
      setNote('');
      if (input.current !== null) input.current.value = '';
      navigate(found);
    } else setNote(found);
  }

  return (
    <search className="search">
      <input
        ref={input}
        className="input mono"
        type="search"
        spellCheck={false}
        autoComplete="off"
        aria-label="Search for a block, transaction, contract or class"
        placeholder="Block, transaction, contract or class"
        onKeyDown={(event) => {
          if (event.key === 'Enter') void search();
        }}
      />
      <Button className="button" onPress={() => void search()}>
        Search
      </Button>
      <span role="status" className="muted">
        {note}
      </span>
    </search>
  );
}
