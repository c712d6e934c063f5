import type { Certificate, Evidence, Message, ValidatorIndex, ValueId } from './types.ts';
import type { ValidatorSet } from './validators.ts';

/**
 * The shape of every consensus algorithm of this package: a state machine without clock,
 * randomness, I/O or promises. The same inputs give the same effects.
 *
 * Duties of the host:
 * - carry out the effects of one `step` in their order, and make all `wal` entries so far durable
 *   before any `send` that follows them leaves the node;
 * - feed back one input for each effect that asks for one (`build`, `validate`, `timer`);
 * - after `decide`, commit the value durably, forget the height's entries, then `start` the next.
 */
export interface Engine {
  step(input: Input): Effect[];
  status(): EngineStatus;
}

export interface EngineStatus {
  readonly height: number;
  readonly round: number;
  readonly step: string;
  readonly decided: boolean;
}

export type TimerKind = 'propose' | 'prevote' | 'precommit' | 'rebroadcast';

export type Input =
  /** A height begins. `wal`: what this node logged for it before it crashed, in order. */
  | {
      readonly type: 'start';
      readonly height: number;
      readonly validators: ValidatorSet;
      readonly wal: readonly WalEntry[];
    }
  /** A block is due: the first proposer may build, the others begin to wait for it. */
  | { readonly type: 'due'; readonly height: number }
  /** From anywhere, unverified. */
  | { readonly type: 'message'; readonly message: Message }
  /** Answer to `build`. */
  | {
      readonly type: 'value';
      readonly height: number;
      readonly round: number;
      readonly valueId: ValueId;
    }
  /** Answer to `validate`. */
  | {
      readonly type: 'validity';
      readonly height: number;
      readonly valueId: ValueId;
      readonly valid: boolean;
    }
  | {
      readonly type: 'timeout';
      readonly kind: TimerKind;
      readonly height: number;
      readonly round: number;
    }
  /** A commit certificate from a peer that is ahead, unverified. */
  | { readonly type: 'synced'; readonly certificate: Certificate }
  /** A peer came back: give it what this node has said at this height. */
  | { readonly type: 'resend' };

export type Effect =
  | { readonly type: 'wal'; readonly entry: WalEntry }
  /** To every validator. The node's own message has already been counted. */
  | { readonly type: 'send'; readonly message: Message }
  | {
      readonly type: 'timer';
      readonly kind: TimerKind;
      readonly height: number;
      readonly round: number;
      readonly ms: number;
    }
  /** Ask the application for a new value. */
  | { readonly type: 'build'; readonly height: number; readonly round: number }
  /** Obtain the value's bytes and ask the application about them. Emitted once a value. */
  | { readonly type: 'validate'; readonly height: number; readonly valueId: ValueId }
  /** The value is valid and final. Nothing more happens at this height. */
  | {
      readonly type: 'decide';
      readonly height: number;
      readonly round: number;
      readonly valueId: ValueId;
      readonly certificate: Certificate;
    }
  /** `validator` signed for a height above: it has decided the present one. */
  | { readonly type: 'behind'; readonly height: number; readonly validator: ValidatorIndex }
  | { readonly type: 'evidence'; readonly evidence: Evidence }
  /** A certificate from `synced` that certifies nothing: who gave it is faulty. */
  | { readonly type: 'refused'; readonly certificate: Certificate }
  /** 2f+1 validators committed what this node's application rejects: it must not go on. */
  | { readonly type: 'diverged'; readonly certificate: Certificate };

/** What must survive a crash within a height. */
export type WalEntry =
  /** A message of this node, logged before it is sent: it never signs against it. */
  | { readonly type: 'message'; readonly message: Message }
  /** The polka of the valid value (L42): what a re-proposal must carry. The host keeps its bytes. */
  | { readonly type: 'polka'; readonly certificate: Certificate };
