import type { Certificate, Message, ValidatorIndex, ValueId } from '../types.ts';
import type { ValidatorSet } from '../validators.ts';
import { MessageLog } from './message-log.ts';

/** `step_p` of the paper (L4). */
export type Step = 'propose' | 'prevote' | 'precommit';

/** All that a process knows at one height (L1-L9; L53 replaces it by a new one). */
export interface HeightState {
  readonly height: number;
  readonly validators: ValidatorSet;
  /** This node's place in the set; undefined for an observer. */
  readonly self: ValidatorIndex | undefined;
  round: number;
  step: Step;
  /** lockedValue, lockedRound: what this process precommitted last (L38-L39). */
  locked: { readonly valueId: ValueId; readonly round: number } | undefined;
  /** validValue, validRound: the latest value that could be decided, with its polka (L42-L43). */
  valid:
    | { readonly valueId: ValueId; readonly round: number; readonly polka: Certificate }
    | undefined;
  /** Whether the first round's proposal is expected; later rounds always are. */
  due: boolean;
  decided: boolean;
  readonly log: MessageLog;
  /** valid(v), as far as the application has answered. */
  readonly validity: Map<ValueId, 'asked' | 'valid' | 'invalid'>;
  /** A verified commit certificate that a peer gave. */
  synced: Certificate | undefined;
  /** All messages of this process at the height, those before a crash included. */
  readonly sent: Message[];
  rebroadcasting: boolean;
  /** Whose contradictions were reported already, by validator, round and kind of message. */
  readonly accused: Set<string>;
}

export function initialState(
  height: number,
  validators: ValidatorSet,
  self: ValidatorIndex | undefined,
): HeightState {
  return {
    height,
    validators,
    self,
    round: 0,
    step: 'propose',
    locked: undefined,
    valid: undefined,
    due: false,
    decided: false,
    log: new MessageLog(validators),
    validity: new Map(),
    synced: undefined,
    sent: [],
    rebroadcasting: false,
    accused: new Set(),
  };
}
