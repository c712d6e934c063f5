import { type Felt, feltToHex } from '@stackctl/types';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'wouter';
import { ago, shortHex } from './format.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'plain';

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={tone === 'plain' ? 'badge' : `badge ${tone}`}>{children}</span>;
}

/** A titled box; `aside` stands at the other end of its head. */
export function Panel(props: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel">
      <header>
        <h2>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

/** Terms with their values; a value of undefined leaves its term out. */
export function Facts({ of }: { of: ReadonlyArray<readonly [string, ReactNode]> }) {
  return (
    <dl className="facts">
      {of.map(([term, value]) =>
        value === undefined ? null : (
          <FactRow key={term} term={term}>
            {value}
          </FactRow>
        ),
      )}
    </dl>
  );
}

function FactRow({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** A felt in hex: short or whole, a link or not, with a button that copies it. */
export function Hex(props: { value: Felt; to?: string; whole?: boolean; copy?: boolean }) {
  const { value, to, whole = false, copy = whole } = props;
  const text = whole ? feltToHex(value) : shortHex(value);
  const shown = (
    <span className="mono" title={feltToHex(value)}>
      {text}
    </span>
  );
  return (
    <>
      {to === undefined ? shown : <Link href={to}>{shown}</Link>}
      {copy && <CopyButton text={feltToHex(value)} />}
    </>
  );
}

export const BlockLink = ({ number }: { number: number }) => (
  <Link href={`/block/${number}`}>{number}</Link>
);
export const TransactionLink = (props: { hash: Felt; whole?: boolean }) => (
  <Hex value={props.hash} to={`/tx/${feltToHex(props.hash)}`} whole={props.whole ?? false} />
);
export const ContractLink = (props: { address: Felt; whole?: boolean }) => (
  <Hex
    value={props.address}
    to={`/contract/${feltToHex(props.address)}`}
    whole={props.whole ?? false}
  />
);
export const ClassLink = (props: { hash: Felt; whole?: boolean }) => (
  <Hex value={props.hash} to={`/class/${feltToHex(props.hash)}`} whole={props.whole ?? false} />
);

const TICK = 'M3 8.5 6.5 12 13 4.5';
const SHEETS = 'M5.5 5.5h8v8h-8z M10.5 5.5v-3h-8v8h3';

export function CopyButton({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      className="button quiet"
      aria-label={copied ? 'Copied' : `Copy ${text}`}
      onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d={copied ? TICK : SHEETS} />
      </svg>
    </Button>
  );
}

/** The clock of everything that says "ago": one tick a second, for the whole page. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function Age({ of }: { of: number }) {
  const date = new Date(of * 1_000);
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {ago(of, useNow())}
    </time>
  );
}

/** A table with a caption for those who hear it. */
export function Table(props: {
  caption: string;
  head: ReadonlyArray<string | { readonly label: string; readonly number: true }>;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="scroll" tabIndex={0} aria-label={props.caption}>
      <table className="table">
        <caption className="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.head.map((column) =>
              typeof column === 'string' ? (
                <th key={column} scope="col">
                  {column}
                </th>
              ) : (
                <th key={column.label} scope="col" className="number">
                  {column.label}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </section>
  );
}
