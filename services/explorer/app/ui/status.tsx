import { Badge, type Tone } from './parts.tsx';

const FINALITY: Readonly<Record<string, string>> = {
  RECEIVED: 'Received',
  CANDIDATE: 'Candidate',
  PRE_CONFIRMED: 'Pre-confirmed',
  ACCEPTED_ON_L2: 'Accepted on L2',
  ACCEPTED_ON_L1: 'Accepted on L1',
};

/** How far a transaction has come, and how it ended. */
export function StatusBadge(props: { execution: string | undefined; finality: string }) {
  const { execution, finality } = props;
  const reverted = execution === 'REVERTED';
  const tone: Tone = reverted ? 'bad' : finality.startsWith('ACCEPTED') ? 'good' : 'warn';
  return (
    <Badge tone={tone}>
      {reverted ? 'Reverted · ' : ''}
      {FINALITY[finality] ?? finality}
    </Badge>
  );
}
