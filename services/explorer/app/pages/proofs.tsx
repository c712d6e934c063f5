import { useBlocks, useHead } from '../data/chain.ts';
import { type ProverStatus, useProver } from '../data/stack.ts';
import { useTitle } from '../shell/title.ts';
import { BlockTable } from '../ui/block-table.tsx';
import { count } from '../ui/format.ts';
import { Load } from '../ui/load.tsx';
import { Pager } from '../ui/pager.tsx';
import { useFrom } from '../ui/paging.ts';
import { BlockLink, Facts, Panel } from '../ui/parts.tsx';

const PAGE = 20;

export function ProofsPage() {
  useTitle('Proofs');
  const prover = useProver();
  const height = useHead().data?.number;
  const { from, go } = useFrom();
  const top = height === undefined ? undefined : Math.min(from ?? height, height);
  const blocks = useBlocks(top, PAGE);
  return (
    <>
      <h1>Proofs</h1>
      <Panel title="The proving service">
        <Load query={prover}>{(status) => <ProverFacts status={status} />}</Load>
      </Panel>
      <Panel title="Blocks and their proofs">
        <Load query={blocks}>{(list) => <BlockTable blocks={list} />}</Load>
        {top !== undefined && height !== undefined && (
          <Pager
            label={from === undefined ? 'follows the chain' : `${height - top} newer`}
            onNewer={
              from === undefined
                ? undefined
                : () => go(top + PAGE >= height ? undefined : top + PAGE)
            }
            onOlder={top - PAGE < 0 ? undefined : () => go(top - PAGE)}
          />
        )}
      </Panel>
    </>
  );
}

function ProverFacts({ status }: { status: ProverStatus }) {
  const { proving, lastProof } = status;
  return (
    <Facts
      of={[
        ['Proven up to', <BlockLink key="proven" number={Math.max(0, status.provenHeight)} />],
        ['Behind', `${status.lag} blocks`],
        [
          'Working on',
          proving === null ? (
            'nothing'
          ) : (
            <span key="now">
              block <BlockLink number={proving.block} />: {proving.phase},{' '}
              {(proving.ms / 1_000).toFixed(1)} s
            </span>
          ),
        ],
        [
          'Last proof',
          lastProof === null ? (
            'none yet'
          ) : (
            <span key="last">
              block <BlockLink number={lastProof.block} />: {count(lastProof.steps)} steps in{' '}
              {count(lastProof.ms)} ms at {lastProof.securityBits} bits
            </span>
          ),
        ],
        ['Speed', `${count(status.stepsPerSecond)} Cairo steps a second`],
        ['Failed attempts', count(status.failures)],
      ]}
    />
  );
}
