import { useMemo } from 'react';
import { Link } from 'wouter';
import type { FinalBlock } from '../data/blocks.ts';
import { useBlocks, useHead } from '../data/chain.ts';
import { useL1Height, useNodes, useProver } from '../data/stack.ts';
import { useTitle } from '../shell/title.ts';
import { BarChart } from '../ui/bar-chart.tsx';
import { BlockTable } from '../ui/block-table.tsx';
import { count } from '../ui/format.ts';
import { Load } from '../ui/load.tsx';
import { Panel } from '../ui/parts.tsx';
import { Pipeline } from '../ui/pipeline.tsx';
import { type ListedTransaction, TransactionTable } from '../ui/transaction-table.tsx';

/** Blocks that figures and charts look back on. */
const WINDOW = 40;

export function HomePage() {
  useTitle('Home');
  const head = useHead().data;
  const blocks = useBlocks(head?.number, WINDOW);
  return (
    <>
      <h1 className="visually-hidden">The chain now</h1>
      <Stats height={head?.number} blocks={blocks.data ?? []} />
      <Pipeline height={head?.number} />
      <Load query={blocks}>
        {(list) => (
          <>
            <div className="columns">
              <Chart
                title="Transactions a block"
                unit="transactions"
                blocks={list}
                value={({ header }) => header.transactionCount}
              />
              <Chart
                title="Time between blocks"
                unit="seconds"
                blocks={list}
                value={({ header }, before) =>
                  before === undefined ? 0 : header.timestamp - before.header.timestamp
                }
              />
            </div>
            <Panel title="Latest blocks" aside={<Link href="/blocks">All blocks</Link>}>
              <BlockTable blocks={list.slice(0, 8)} />
            </Panel>
            <LatestTransactions blocks={list} />
          </>
        )}
      </Load>
    </>
  );
}

function Stats({ height, blocks }: { height: number | undefined; blocks: readonly FinalBlock[] }) {
  const nodes = useNodes().data;
  const prover = useProver().data;
  const l1 = useL1Height().data;
  const alive = nodes?.filter(({ status }) => status !== undefined);
  const waiting = Math.max(
    0,
    ...(alive?.map(({ status }) => (status?.mempool.ready ?? 0) + (status?.mempool.queued ?? 0)) ??
      []),
  );
  const { seconds, transactions } = useMemo(() => spanOf(blocks), [blocks]);
  const rate = seconds === 0 ? undefined : transactions / seconds;
  const interval = seconds === 0 ? undefined : seconds / Math.max(1, blocks.length - 1);
  const stats: ReadonlyArray<readonly [string, string | undefined, string]> = [
    ['Height', height === undefined ? undefined : count(height), 'final blocks'],
    ['Throughput', rate?.toFixed(1), `transactions a second, last ${blocks.length} blocks`],
    ['Block time', interval === undefined ? undefined : `${interval.toFixed(1)} s`, 'on average'],
    ['Mempool', alive && count(waiting), 'transactions wait'],
    ['Validators', alive && `${alive.length} of ${nodes?.length}`, 'answer'],
    ['Prover', prover && (prover.lag === 0 ? 'in step' : `${prover.lag} behind`), 'blocks'],
    ['L1', l1 === undefined ? undefined : count(l1), 'Ethereum height'],
  ];
  return (
    <section className="stats" aria-label="Figures">
      {stats.map(([label, value, note]) => (
        <div key={label} className="panel stat" data-testid={`stat-${label.toLowerCase()}`}>
          <div className="label">{label}</div>
          <div className="value">{value ?? '–'}</div>
          <div className="note">{note}</div>
        </div>
      ))}
    </section>
  );
}

/** The time that these blocks span, and the transactions made in it: those of the oldest came before. */
function spanOf(blocks: readonly FinalBlock[]): { seconds: number; transactions: number } {
  const newest = blocks[0];
  const oldest = blocks.at(-1);
  if (newest === undefined || oldest === undefined) return { seconds: 0, transactions: 0 };
  const counted = blocks.slice(0, -1);
  return {
    seconds: newest.header.timestamp - oldest.header.timestamp,
    transactions: counted.reduce((sum, { header }) => sum + header.transactionCount, 0),
  };
}

function Chart(props: {
  title: string;
  unit: string;
  blocks: readonly FinalBlock[];
  value: (block: FinalBlock, before: FinalBlock | undefined) => number;
}) {
  const { title, unit, blocks, value } = props;
  const bars = [...blocks].reverse().map((block, index, all) => ({
    key: block.header.number,
    value: value(block, all[index - 1]),
  }));
  return (
    <Panel title={title}>
      <div className="body">
        <BarChart bars={bars.slice(1)} label={`${title}, ${unit}, by block`} />
      </div>
    </Panel>
  );
}

function LatestTransactions({ blocks }: { blocks: readonly FinalBlock[] }) {
  const items: ListedTransaction[] = blocks
    .flatMap(({ header, items: each }) =>
      each
        .map((item) => ({ ...item, block: header.number, timestamp: header.timestamp }))
        .reverse(),
    )
    .slice(0, 8);
  return (
    <Panel title="Latest transactions" aside={<Link href="/transactions">All transactions</Link>}>
      {items.length === 0 ? (
        <p className="empty">None in the last {blocks.length} blocks.</p>
      ) : (
        <TransactionTable items={items} />
      )}
    </Panel>
  );
}
