import type { ReactNode } from 'react';
import { reasonOf } from './format.ts';

interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: unknown;
}

/** What a query gave; until then, or instead of it, a word about it. */
export function Load<T>(props: {
  query: Loaded<T>;
  /** What is shown when the chain answers that there is no such thing. */
  missing?: string;
  children: (data: T) => ReactNode;
}) {
  const { data, error } = props.query;
  if (data !== undefined) return props.children(data);
  if (error === null || error === undefined) {
    return (
      <p className="empty muted" role="status">
        Loading…
      </p>
    );
  }
  const missing = props.missing !== undefined && isNotFound(error);
  return (
    <p className={missing ? 'notice' : 'notice bad'} role="alert">
      {missing ? props.missing : reasonOf(error)}
    </p>
  );
}

/** Errors of the specification that say that a thing does not exist: contract, block, class, transaction. */
const NOT_FOUND = [20, 24, 28, 29];

export function isNotFound(error: unknown): boolean {
  const facts = (error as { facts?: { code?: unknown } } | null)?.facts;
  return typeof facts?.code === 'number' && NOT_FOUND.includes(facts.code);
}
