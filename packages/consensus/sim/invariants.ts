import { type Certificate, type Evidence, type Message, verifyCertificate } from '../src/index.ts';
import type { ValidatorSet } from '../src/validators.ts';
import { verifySimulated } from './signatures.ts';

export type Property =
  | 'agreement'
  | 'validity'
  | 'double-sign'
  | 'certificate'
  | 'contiguity'
  | 'false-accusation'
  | 'divergence'
  | 'liveness';

/** A property that did not hold. */
export class Violation extends Error {
  readonly property: Property;

  constructor(property: Property, details: string) {
    super(`${property}: ${details}`);
    this.property = property;
  }
}

/** Watches all honest nodes at once, as nobody in the system could. */
export class Invariants {
  readonly #domain: Uint8Array;
  readonly #validators: ValidatorSet;
  readonly #faulty: ReadonlySet<number>;
  readonly #decided = new Map<number, string>();
  readonly #signed = new Map<string, string>();

  constructor(domain: Uint8Array, validators: ValidatorSet, faulty: ReadonlySet<number>) {
    this.#domain = domain;
    this.#validators = validators;
    this.#faulty = faulty;
  }

  /** A message of an honest validator leaves its node. */
  sent(message: Message): void {
    const kind = message.type === 'vote' ? message.kind : 'proposal';
    const slot = `${message.validator} ${kind} ${message.height}/${message.round}`;
    const content = `${message.valueId} ${message.type === 'vote' ? '' : message.validRound}`;
    const before = this.#signed.get(slot);
    if (before !== undefined && before !== content)
      throw new Violation('double-sign', `${slot}: ${before}, then ${content}`);
    this.#signed.set(slot, content);
  }

  /** An honest node with `chainLength` blocks decides. */
  decided(node: number, chainLength: number, certificate: Certificate, valid: boolean): void {
    const { height, valueId, kind } = certificate;
    const at = `node ${node}, height ${height}`;
    if (height !== chainLength + 1)
      throw new Violation('contiguity', `${at} after ${chainLength} blocks`);
    if (!valid) throw new Violation('validity', `${at}: ${valueId}`);
    const context = {
      domain: this.#domain,
      validators: this.#validators,
      verify: verifySimulated,
    };
    if (kind !== 'precommit' || !verifyCertificate(context, certificate))
      throw new Violation('certificate', at);
    const other = this.#decided.get(height);
    if (other !== undefined && other !== valueId)
      throw new Violation('agreement', `${at}: ${valueId} and ${other}`);
    this.#decided.set(height, valueId);
  }

  accused({ first, second }: Evidence): void {
    if (!this.#faulty.has(first.validator) || second.validator !== first.validator)
      throw new Violation('false-accusation', `validator ${first.validator}`);
  }

  diverged(node: number): void {
    throw new Violation('divergence', `node ${node}`);
  }
}
