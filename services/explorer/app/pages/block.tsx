import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import type { FinalBlock } from '../data/blocks.ts';
import { type BlockRef, useBlock, useHead } from '../data/chain.ts';
import { rpc } from '../data/rpc.ts';
import { looseFelt } from '../data/search.ts';
import { useTitle } from '../shell/title.ts';
import { amount, count } from '../ui/format.ts';
import { Load } from '../ui/load.tsx';
import { Age, Badge, ContractLink, Facts, Hex, Panel } from '../ui/parts.tsx';
import { StateDiffView } from '../ui/state-diff.tsx';
import { TransactionTable } from '../ui/transaction-table.tsx';
import { CertificatePanel } from '../verify/certificate-panel.tsx';
import { ProofPanel } from '../verify/proof-panel.tsx';

export function BlockPage() {
  const { id } = useParams<{ id: string }>();
  const ref = blockRefOf(id);
  const block = useBlock(ref);
  const number = block.data?.header.number;
  useTitle(number === undefined ? 'Block' : `Block ${number}`);
  if (ref === undefined)
    return <p className="notice bad">A block is named by its number or by its hash.</p>;
  return (
    <Load query={block} missing={`There is no block ${id} (yet).`}>
      {(data) => <BlockView block={data} />}
    </Load>
  );
}

function blockRefOf(id: string): BlockRef | undefined {
  if (/^\d{1,15}$/.test(id)) return { number: Number(id) };
  const hash = looseFelt(id);
  return hash === undefined ? undefined : { hash };
}

function BlockView({ block }: { block: FinalBlock }) {
  const { header, items, onL1 } = block;
  const { number } = header;
  const head = useHead().data?.number;
  const listed = items.map((item) => ({ ...item, block: number, timestamp: header.timestamp }));
  const fees = items.reduce((sum, { receipt }) => sum + receipt.actualFee, 0n);
  return (
    <>
      <div className="page-title">
        <h1>Block {number}</h1>
        <Badge tone="good">{onL1 ? 'Accepted on L1' : 'Accepted on L2'}</Badge>
        <span className="row">
          {number > 0 && <Link href={`/block/${number - 1}`}>← {number - 1}</Link>}
          {head !== undefined && number < head && (
            <Link href={`/block/${number + 1}`}>{number + 1} →</Link>
          )}
        </span>
      </div>
      <div className="columns">
        <Panel title="Header">
          <Facts
            of={[
              ['Hash', <Hex key="hash" value={header.hash} whole />],
              [
                'Parent',
                <Hex
                  key="parent"
                  value={header.parentHash}
                  {...(number > 0 ? { to: `/block/${number - 1}` } : {})}
                />,
              ],
              ['Time', <Age key="time" of={header.timestamp} />],
              ['Sequencer', <ContractLink key="from" address={header.sequencerAddress} />],
              ['State root', <Hex key="root" value={header.stateRoot} />],
              ['Transactions', count(header.transactionCount)],
              ['Events', count(header.eventCount)],
              ['State diff', `${count(header.stateDiffLength)} entries`],
              ['Fees', `${amount(fees)} STRK`],
              [
                'Gas prices',
                `L1 ${count(header.gasPrices.l1Gas.fri)} · data ${count(header.gasPrices.l1DataGas.fri)} · L2 ${count(header.gasPrices.l2Gas.fri)} fri`,
              ],
              ['Version', header.starknetVersion],
            ]}
          />
          <details className="body">
            <summary>Commitments</summary>
            <Facts
              of={[
                ['Transactions', <Hex key="t" value={header.transactionCommitment} whole />],
                ['Receipts', <Hex key="r" value={header.receiptCommitment} whole />],
                ['Events', <Hex key="e" value={header.eventCommitment} whole />],
                ['State diff', <Hex key="s" value={header.stateDiffCommitment} whole />],
              ]}
            />
          </details>
        </Panel>
        <ProofPanel number={number} hash={header.hash} />
      </div>
      <Panel title="Transactions">
        {listed.length === 0 ? (
          <p className="empty">An empty block.</p>
        ) : (
          <TransactionTable items={listed} withBlock={false} />
        )}
      </Panel>
      <div className="columns">
        <CertificatePanel number={number} hash={header.hash} />
        <BlockDiff number={number} />
      </div>
    </>
  );
}

function BlockDiff({ number }: { number: number }) {
  const update = useQuery({
    queryKey: ['state-update', number],
    queryFn: () => rpc.starknet_getStateUpdate({ block_id: { number } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Panel title="State diff">
      <Load query={update}>{({ stateDiff }) => <StateDiffView diff={stateDiff} />}</Load>
    </Panel>
  );
}
