/** Names of services, as users type them. */
export const L1 = 'l1';
export const WATCHER_PROVER = 'watcher-prover';

export type ServiceKind = 'l1' | 'sequencer' | 'watcher-prover';

export function sequencerName(index: number): string {
  return `sequencer-${index}`;
}
