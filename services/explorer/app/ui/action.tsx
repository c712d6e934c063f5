import { type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components';
import { reasonOf } from './format.ts';

/** A button that does something that takes a while and may fail. */
export function Action({ label, run }: { label: string; run: () => Promise<void> }): ReactNode {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  async function start(): Promise<void> {
    setBusy(true);
    setProblem('');
    await run()
      .catch((error: unknown) => setProblem(reasonOf(error)))
      .finally(() => setBusy(false));
  }
  return (
    <div className="row">
      <Button className="button primary" isDisabled={busy} onPress={() => void start()}>
        {busy ? 'Working…' : label}
      </Button>
      <span role="alert">{problem}</span>
    </div>
  );
}
