import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useL1Height, useNodes, useProver } from '../data/stack.ts';
import { Panel } from './parts.tsx';

/** Blocks shown in one stage. */
const MOST = 6;

/** The way of a block through the stack, with the blocks where they are now. */
export function Pipeline({ height }: { height: number | undefined }) {
  const nodes = useNodes().data ?? [];
  const prover = useProver().data;
  const l1 = useL1Height().data;
  const working = nodes.map(({ status }) => status?.consensus).filter((each) => each !== undefined);
  const round = Math.max(0, ...working.map((each) => each.round));
  const next = Math.max(0, ...working.map((each) => each.height));
  const waiting = Math.max(0, ...nodes.map(({ status }) => status?.mempool.ready ?? 0));
  const proven = prover?.provenHeight ?? -1;
  const proving = prover?.proving?.block;
  const executed =
    height === undefined ? [] : span(Math.max(proven, height - MOST), height, proving);

  return (
    <Panel title="From signature to proof">
      <ol className="pipeline">
        <Stage title="Client" note="signs, and sends to any node" />
        <Stage title="Mempool" note={`${waiting} ready`} />
        <Stage title="Consensus" note={round === 0 ? 'first round' : `round ${round}`}>
          {next > 0 && <Chip block={next} />}
        </Stage>
        <Stage title="Executed" note="final, waits for its proof">
          {executed.map((block) => (
            <Chip key={block} block={block} linked />
          ))}
        </Stage>
        <Stage title="Proving" note={prover?.proving?.phase ?? 'idle'}>
          {proving !== undefined && <Chip key={proving} block={proving} linked />}
        </Stage>
        <Stage
          title="Proven"
          note={l1 === undefined ? 'proof stored' : `proof stored; L1 is at ${l1}`}
        >
          {span(Math.max(-1, proven - MOST), proven).map((block) => (
            <Chip key={block} block={block} linked done />
          ))}
        </Stage>
      </ol>
    </Panel>
  );
}

/** Numbers above `after` up to `last`, the newest first. */
function span(after: number, last: number, without?: number): number[] {
  return Array.from({ length: Math.max(0, last - after) }, (_, i) => last - i).filter(
    (block) => block !== without,
  );
}

function Stage(props: { title: string; note: string; children?: ReactNode }) {
  return (
    <li className="stage">
      <h3>{props.title}</h3>
      <div className="muted">{props.note}</div>
      <div className="chips">{props.children}</div>
    </li>
  );
}

function Chip(props: { block: number; linked?: boolean; done?: boolean }) {
  const name = props.done === true ? 'chip done' : 'chip';
  return props.linked === true ? (
    <Link className={name} href={`/block/${props.block}`}>
      {props.block}
    </Link>
  ) : (
    <span className={name}>{props.block}</span>
  );
}
