/**
 * The `upon` clauses of Algorithm 1 of "The latest gossip on BFT consensus" (arXiv 1807.04938v3) as
 * one function of the state: which clause is enabled. Line numbers are the paper's.
 *
 * Votes carry id(v) alone, so "has received v" is split from "has received the proposal": clauses
 * that need v for itself (L36, L49) wait for the application's word on it, whichever way its bytes
 * came, and ask for it when nobody has.
 */
import type { Certificate, ValueId } from '../types.ts';
import type { HeightState } from './state.ts';

export type Rule =
  /** The application must be asked about a value before more can be said. */
  | { readonly rule: 'ask'; readonly valueId: ValueId }
  /** L49: 2f+1 precommits for a valid value, in any round. */
  | { readonly rule: 'decide'; readonly certificate: Certificate }
  /** L49 with valid(v) false: more than f faulty validators, or a faulty node. */
  | { readonly rule: 'diverge'; readonly certificate: Certificate }
  /** L55: f+1 validators are in a later round; or the present one is lost. */
  | { readonly rule: 'skip'; readonly round: number }
  /** f+1 prevotes before this node thought a block due: it is. */
  | { readonly rule: 'wake' }
  /** L22-L27 and L28-L33: a proposal while in step propose. */
  | { readonly rule: 'prevote'; readonly valueId: ValueId | null }
  /** L34: 2f+1 prevotes, mixed. */
  | { readonly rule: 'prevoteTimer' }
  /** L36: 2f+1 prevotes for a valid value. */
  | { readonly rule: 'polka'; readonly valueId: ValueId }
  /** L44: 2f+1 prevotes for nil. */
  | { readonly rule: 'precommitNil' }
  /** L47: 2f+1 precommits, mixed. */
  | { readonly rule: 'precommitTimer' };

/** The first enabled clause, in the order below; undefined when the process has to wait. */
export function enabledRule(state: HeightState): Rule | undefined {
  if (state.decided) return undefined;
  return (
    decision(state) ??
    roundSkip(state) ??
    wakeUp(state) ??
    prevote(state) ??
    prevoteTimer(state) ??
    polka(state) ??
    precommitNil(state) ??
    precommitTimer(state)
  );
}

/** L49-L50. A certificate from a peer stands for the precommits in it. */
function decision({ height, log, synced, validity }: HeightState): Rule | undefined {
  const candidates = synced === undefined ? [] : [synced];
  for (const [valueId, round] of log.committable)
    candidates.push(log.certificate('precommit', height, round, valueId));
  for (const certificate of candidates) {
    switch (validity.get(certificate.valueId)) {
      case 'valid':
        return { rule: 'decide', certificate };
      case 'invalid':
        return { rule: 'diverge', certificate };
      case undefined:
        return { rule: 'ask', valueId: certificate.valueId };
      case 'asked':
        break;
    }
  }
  return undefined;
}

/**
 * L55. And, beyond the paper: after 2f+1 precommits for nil nothing can be decided in this round any
 * more, so there is nothing to wait for (L47) before the next.
 */
function roundSkip({ log, round }: HeightState): Rule | undefined {
  const target = log.skipTarget(round);
  if (target !== undefined) return { rule: 'skip', round: target };
  const isLost = log.round(round).precommits.quorumFor === null;
  return isLost ? { rule: 'skip', round: round + 1 } : undefined;
}

function wakeUp({ due, round, log, validators }: HeightState): Rule | undefined {
  if (due || round > 0) return undefined;
  return log.round(0).prevotes.total >= validators.minority ? { rule: 'wake' } : undefined;
}

/**
 * L22 and L28 (a proposal's polka was verified when it came, which is "2f+1 prevotes at vr"):
 *
 *   valid(v) | validRound | locked                               | prevote
 *   false    | any        | any                                  | nil      L26, L32
 *   true     | -1         | nothing, or v                        | id(v)    L24
 *   true     | vr >= 0    | nothing, or v, or in a round <= vr   | id(v)    L30
 *   true     | any        | otherwise                            | nil      L26, L32
 */
function prevote({ log, round, step, locked, validity }: HeightState): Rule | undefined {
  const proposal = log.round(round).proposal;
  if (step !== 'propose' || proposal === undefined) return undefined;
  const { valueId, validRound } = proposal;
  switch (validity.get(valueId)) {
    case undefined:
      return { rule: 'ask', valueId };
    case 'asked':
      return undefined;
    case 'invalid':
      return { rule: 'prevote', valueId: null };
    case 'valid': {
      const free = locked === undefined || locked.valueId === valueId || locked.round <= validRound;
      return { rule: 'prevote', valueId: free ? valueId : null };
    }
  }
}

/** L34. */
function prevoteTimer({ log, round, step, validators }: HeightState): Rule | undefined {
  const { prevotes, fired } = log.round(round);
  const enabled = step === 'prevote' && prevotes.total >= validators.quorum && !fired.has('L34');
  return enabled ? { rule: 'prevoteTimer' } : undefined;
}

/** L36. */
function polka({ log, round, step, validity }: HeightState): Rule | undefined {
  const { prevotes, fired } = log.round(round);
  const valueId = prevotes.quorumFor;
  if (step === 'propose' || typeof valueId !== 'string' || fired.has('L36')) return undefined;
  switch (validity.get(valueId)) {
    case 'valid':
      return { rule: 'polka', valueId };
    case undefined:
      return { rule: 'ask', valueId };
    case 'asked':
    case 'invalid':
      return undefined;
  }
}

/** L44. */
function precommitNil({ log, round, step }: HeightState): Rule | undefined {
  const enabled = step === 'prevote' && log.round(round).prevotes.quorumFor === null;
  return enabled ? { rule: 'precommitNil' } : undefined;
}

/** L47. */
function precommitTimer({ log, round, validators }: HeightState): Rule | undefined {
  const { precommits, fired } = log.round(round);
  const enabled = precommits.total >= validators.quorum && !fired.has('L47');
  return enabled ? { rule: 'precommitTimer' } : undefined;
}
