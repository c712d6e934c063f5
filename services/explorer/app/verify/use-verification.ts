import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePageConfig } from '../data/config.ts';
import { type Verification, verifyInBrowser } from './client.ts';
import type { Step } from './protocol.ts';

/** A proof that is not there yet is looked for again. */
const PENDING_POLL_MS = 2_000;

export type VerificationState =
  | { readonly state: 'off' }
  | { readonly state: 'verifying'; readonly step: Step }
  | { readonly state: 'pending' | 'unavailable' | 'failed'; readonly reason: string }
  | { readonly state: 'verified'; readonly verification: Verification };

/**
 * The verification of one block: by itself when the stack says so (ENABLE_BLOCK_VERIFICATION), else when asked.
 * While the proof is not there it is looked for again.
 */
export function useVerification(block: number): {
  readonly state: VerificationState;
  readonly verify: () => void;
} {
  const automatic = usePageConfig().data?.verifyBlocks ?? false;
  const [asked, setAsked] = useState(false);
  const [step, setStep] = useState<Step>('reading the block');
  const enabled = automatic || asked;
  const query = useQuery({
    queryKey: ['verification', block],
    enabled,
    queryFn: () => verifyInBrowser(block, setStep),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) =>
      state.data?.report.status === 'pending' || state.data?.report.status === 'unavailable'
        ? PENDING_POLL_MS
        : false,
  });
  return {
    state: stateOf(query, enabled, step),
    verify: () => {
      if (enabled) void query.refetch();
      else setAsked(true);
    },
  };
}

interface Answer {
  readonly data: Verification | undefined;
  readonly error: Error | null;
  readonly isFetching: boolean;
}

function stateOf(query: Answer, enabled: boolean, step: Step): VerificationState {
  const { data, error, isFetching } = query;
  const settled = data?.report.status;
  // Looking again for a proof that is not there is not worth a flicker.
  const quiet = settled === 'pending' || settled === 'unavailable';
  if (isFetching && !quiet) return { state: 'verifying', step };
  if (error !== null) return { state: 'unavailable', reason: error.message };
  if (data === undefined) return enabled ? { state: 'verifying', step } : { state: 'off' };
  if (data.report.status === 'verified') return { state: 'verified', verification: data };
  return { state: data.report.status, reason: data.report.reason };
}
