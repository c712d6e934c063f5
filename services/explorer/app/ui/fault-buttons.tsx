import { useMutation } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { reasonOf } from './format.ts';

const FAULTS = [
  ['pause', 'Pause', 'stops in its tracks'],
  ['resume', 'Heal', 'goes on'],
  ['kill', 'Kill', 'dies, and is started again'],
] as const;

/** Makes a validator fail, and heals it: the stack's own supervisor does it (src/chaos.ts). */
export function FaultButtons({ node }: { node: number }) {
  const disturb = useMutation({
    mutationFn: async (fault: (typeof FAULTS)[number][0]) => {
      const response = await fetch('/chaos', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ node, fault }),
      });
      if (response.ok) return;
      const { error } = (await response.json().catch(() => ({}))) as { error?: string };
      throw new Error(error ?? `HTTP ${response.status}`);
    },
  });
  return (
    <span className="row">
      {FAULTS.map(([fault, label, what]) => (
        <Button
          key={fault}
          className="button"
          aria-label={`${label} sequencer-${node}: it ${what}`}
          isDisabled={disturb.isPending}
          onPress={() => disturb.mutate(fault)}
        >
          {label}
        </Button>
      ))}
      {disturb.error !== null && <span role="alert">{reasonOf(disturb.error)}</span>}
    </span>
  );
}
