import { type Felt, feltToHex } from '@stackctl/types';
import { Button } from 'react-aria-components';
import { bytes, count } from '../ui/format.ts';
import { Badge, Facts, Panel } from '../ui/parts.tsx';
import { useVerification, type VerificationState } from './use-verification.ts';

const NAMES = {
  off: ['Not verified', 'plain'],
  pending: ['Pending', 'warn'],
  verifying: ['Verifying', 'accent'],
  verified: ['Verified', 'good'],
  failed: ['Failed', 'bad'],
  unavailable: ['Unavailable', 'warn'],
} as const;

/** A block's proof, checked by this browser. */
export function ProofPanel({ number, hash }: { number: number; hash: Felt }) {
  const { state, verify } = useVerification(number);
  const [name, tone] = NAMES[state.state];
  return (
    <Panel
      title="Validity proof"
      aside={
        <span className="row">
          <span role="status" data-testid="proof-state">
            <Badge tone={tone}>
              {state.state === 'verifying' && <span className="spinner" aria-hidden="true" />}
              {name}
            </Badge>
          </span>
          <Button className="button" isDisabled={state.state === 'verifying'} onPress={verify}>
            {state.state === 'off' ? 'Verify in this browser' : 'Verify again'}
          </Button>
        </span>
      }
    >
      <div className="body">
        <Explanation state={state} />
      </div>
      {state.state === 'verified' && (
        <Facts
          of={[
            ['Security', `${state.verification.report.securityBits} bits (conjectured)`],
            [
              'Proved',
              `${count(state.verification.report.steps)} Cairo steps, in ${partsText(state.verification.report.parts)}`,
            ],
            ['Stopped', placesText(state.verification.report.stopped)],
            ['Not asked', placesText(state.verification.report.unvalidated)],
            ['Time', `${count(state.verification.report.ms)} ms, in a worker of this page`],
            ['Size', bytes(state.verification.proofBytes)],
            [
              'Files',
              <span key="files" className="row">
                <a href={`/proofs/${feltToHex(hash)}-proof`} download>
                  proof
                </a>
                <a href={`/proofs/${feltToHex(hash)}-public_inputs`} download>
                  public inputs
                </a>
              </span>,
            ],
          ]}
        />
      )}
    </Panel>
  );
}

function partsText(parts: number): string {
  return parts === 1 ? 'one proof' : `${parts} proofs`;
}

/** Transactions by place: those that the machine stopped, or whose account was not asked. */
function placesText(places: readonly number[]): string | undefined {
  return places.length === 0 ? undefined : `transactions ${places.join(', ')} of the block`;
}

function Explanation({ state }: { state: VerificationState }) {
  switch (state.state) {
    case 'off':
      return <p>The proof can be checked here: nothing that the prover says is believed.</p>;
    case 'verifying':
      return <p>{state.step}…</p>;
    case 'verified':
      return (
        <p>
          This browser checked the proof against the block: it is of this block and of these
          transactions.
        </p>
      );
    case 'pending':
      return <p>The block has no proof yet. This page keeps looking.</p>;
    case 'unavailable':
      return <p data-testid="proof-reason">{state.reason}</p>;
    case 'failed':
      return (
        <p className="notice bad" data-testid="proof-reason">
          The proof is not valid for this block: {state.reason}
        </p>
      );
  }
}
