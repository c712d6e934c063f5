/** Names of services, as users type them. */
export const L1 = 'l1';
export const WATCHER_PROVER = 'watcher-prover';
export const EXPLORER = 'explorer';

export type ServiceKind = 'l1' | 'sequencer' | 'watcher-prover' | 'explorer';

export function sequencerName(index: number): string {
  return `sequencer-${index}`;
}
