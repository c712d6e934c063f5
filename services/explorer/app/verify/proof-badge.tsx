import { useQueryClient } from '@tanstack/react-query';
import { useProver } from '../data/stack.ts';
import { Badge } from '../ui/parts.tsx';
import type { Verification } from './client.ts';

/** What this page knows of a block's proof: its own verdict when it has one, else what the prover says. */
export function ProofBadge({ block }: { block: number }) {
  const known = useQueryClient().getQueryData<Verification>(['verification', block]);
  const prover = useProver().data;
  if (known?.report.status === 'verified') return <Badge tone="good">Verified here</Badge>;
  if (known?.report.status === 'failed') return <Badge tone="bad">Failed</Badge>;
  if (prover === undefined) return <Badge>Unknown</Badge>;
  if (block <= prover.provenHeight) return <Badge tone="accent">Proven</Badge>;
  if (prover.proving?.block === block) return <Badge tone="warn">Proving</Badge>;
  return <Badge>Pending</Badge>;
}
