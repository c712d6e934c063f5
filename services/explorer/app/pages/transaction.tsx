import { useParams } from 'wouter';
import { useAbiAt } from '../data/contracts.ts';
import { looseFelt } from '../data/search.ts';
import { type TransactionData, useTransaction } from '../data/transactions.ts';
import { type AccountCall, accountCalls } from '../decode/calls.ts';
import { useTitle } from '../shell/title.ts';
import { CallTree } from '../ui/call-tree.tsx';
import { EventItem } from '../ui/events.tsx';
import { amount, count, shortHex } from '../ui/format.ts';
import { Load } from '../ui/load.tsx';
import { BlockLink, ClassLink, ContractLink, Facts, Hex, Panel } from '../ui/parts.tsx';
import { StateDiffView } from '../ui/state-diff.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { senderOf } from '../ui/transaction-table.tsx';
import { Decoded, Felts } from '../ui/values.tsx';
import { ProofBadge } from '../verify/proof-badge.tsx';
import { ProofPanel } from '../verify/proof-panel.tsx';

export function TransactionPage() {
  const hash = looseFelt(useParams<{ hash: string }>().hash);
  useTitle(hash === undefined ? 'Transaction' : `Transaction ${shortHex(hash)}`);
  const transaction = useTransaction(hash);
  if (hash === undefined)
    return <p className="notice bad">A transaction is named by its hash, which starts with 0x.</p>;
  return (
    <Load query={transaction} missing="No node knows a transaction of this hash.">
      {(data) => <TransactionView data={data} />}
    </Load>
  );
}

function TransactionView({ data }: { data: TransactionData }) {
  const { hash, transaction, status, placed, trace } = data;
  const receipt = placed?.receipt;
  const sender = senderOf(transaction, receipt?.contractAddress);
  return (
    <>
      <div className="page-title">
        <h1>Transaction</h1>
        <StatusBadge
          execution={receipt?.status ?? status.execution}
          finality={receipt?.finality ?? status.finality}
        />
        {placed?.blockHash !== undefined && <ProofBadge block={placed.blockNumber} />}
      </div>
      {receipt?.revertReason !== undefined && (
        <div className="notice bad">
          <pre data-testid="revert-reason">{receipt.revertReason}</pre>
        </div>
      )}
      <Panel title={transaction.type}>
        <Facts
          of={[
            ['Hash', <Hex key="hash" value={hash} whole />],
            [
              'Block',
              placed === undefined ? (
                <span key="none" className="muted">
                  none yet
                </span>
              ) : (
                <BlockLink key="block" number={placed.blockNumber} />
              ),
            ],
            [
              'Sender',
              sender === undefined ? undefined : <ContractLink key="s" address={sender} whole />,
            ],
            ['Nonce', count(transaction.nonce)],
            [
              'Class',
              'classHash' in transaction ? (
                <ClassLink key="class" hash={transaction.classHash} whole />
              ) : undefined,
            ],
            ['Fee', receipt && `${amount(receipt.actualFee, 18)} STRK`],
            [
              'Gas used',
              receipt &&
                `L2 ${count(receipt.gas.l2Gas)} · L1 ${count(receipt.gas.l1Gas)} · L1 data ${count(receipt.gas.l1DataGas)}`,
            ],
            [
              'Gas bounds',
              'resourceBounds' in transaction
                ? `L2 ${count(transaction.resourceBounds.l2Gas.maxAmount)} · L1 ${count(transaction.resourceBounds.l1Gas.maxAmount)} · L1 data ${count(transaction.resourceBounds.l1DataGas.maxAmount)}`
                : undefined,
            ],
            ['Tip', 'tip' in transaction ? count(transaction.tip) : undefined],
            [
              'Signature',
              'signature' in transaction ? (
                <Felts key="signature" of={transaction.signature} />
              ) : undefined,
            ],
          ]}
        />
      </Panel>
      <CallsPanel data={data} />
      {placed?.blockHash !== undefined && (
        <ProofPanel number={placed.blockNumber} hash={placed.blockHash} />
      )}
      {trace !== undefined && (
        <Panel title="Execution trace">
          <div className="body">
            <CallTree
              roots={[
                ['Validate', trace.validate],
                ['Execute', trace.execute],
                ['Fee transfer', trace.feeTransfer],
              ]}
            />
          </div>
        </Panel>
      )}
      {receipt !== undefined && (
        <Panel title={`Events (${receipt.events.length})`}>
          {receipt.events.length === 0 ? (
            <p className="empty">None.</p>
          ) : (
            <ul className="tree root body">
              {receipt.events.map((event, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an event's position is its identity
                <EventItem key={index} event={event} />
              ))}
            </ul>
          )}
        </Panel>
      )}
      {receipt !== undefined && receipt.messages.length > 0 && (
        <Panel title={`Messages to L1 (${receipt.messages.length})`}>
          {receipt.messages.map((message, index) => (
            <Facts
              // biome-ignore lint/suspicious/noArrayIndexKey: a message's position is its identity
              key={index}
              of={[
                ['From', <ContractLink key="from" address={message.fromAddress} />],
                ['To (L1)', <Hex key="to" value={message.toAddress} whole />],
                ['Payload', <Felts key="payload" of={message.payload} />],
              ]}
            />
          ))}
        </Panel>
      )}
      {trace?.stateDiff !== undefined && (
        <Panel title="State diff">
          <StateDiffView diff={trace.stateDiff} />
        </Panel>
      )}
    </>
  );
}

/** What the transaction asks for. */
function CallsPanel({ data: { transaction } }: { data: TransactionData }) {
  if (transaction.type === 'DECLARE') return null;
  if (transaction.type === 'DEPLOY_ACCOUNT') {
    return (
      <Panel title="Constructor calldata">
        <div className="body">
          <Felts of={transaction.constructorCalldata} />
        </div>
      </Panel>
    );
  }
  const calls =
    transaction.type === 'L1_HANDLER'
      ? [
          {
            to: transaction.contractAddress,
            selector: transaction.entryPointSelector,
            calldata: transaction.calldata,
          },
        ]
      : accountCalls(transaction.calldata);
  return (
    <Panel title={calls === undefined ? 'Calldata' : `Calls (${calls.length})`}>
      <div className="body">
        {calls === undefined && transaction.type === 'INVOKE' ? (
          <Felts of={transaction.calldata} />
        ) : (
          <ol className="tree root">
            {calls?.map((call, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a call's position is its identity
              <CallItem key={index} call={call} />
            ))}
          </ol>
        )}
      </div>
    </Panel>
  );
}

function CallItem({ call: { to, selector, calldata } }: { call: AccountCall }) {
  const abi = useAbiAt(to);
  const entry = abi.functionOf(selector);
  return (
    <li>
      <ContractLink address={to} /> . <strong>{entry?.name ?? <Hex value={selector} />}</strong>
      <Decoded abi={abi} fields={entry?.inputs ?? []} felts={calldata} />
    </li>
  );
}
