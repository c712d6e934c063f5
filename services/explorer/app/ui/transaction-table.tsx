import type { TransactionWithReceipt } from '@stackctl/rpc';
import { accountCalls } from '../decode/calls.ts';
import { amount } from './format.ts';
import { Age, BlockLink, ContractLink, Table, TransactionLink } from './parts.tsx';
import { StatusBadge } from './status.tsx';

export interface ListedTransaction extends TransactionWithReceipt {
  readonly block: number;
  readonly timestamp: number;
}

export function TransactionTable(props: {
  items: readonly ListedTransaction[];
  /** Whether the block is told in each row. */
  withBlock?: boolean;
}) {
  const { items, withBlock = true } = props;
  return (
    <Table
      caption="Transactions"
      head={[
        'Transaction',
        'Type',
        'Status',
        ...(withBlock ? ['Block', 'Age'] : []),
        'From',
        'Calls',
        { label: 'Fee, STRK', number: true } as const,
      ]}
    >
      {items.map(({ transaction, receipt, block, timestamp }) => (
        <tr key={receipt.transactionHash}>
          <td>
            <TransactionLink hash={receipt.transactionHash} />
          </td>
          <td>{transaction.type}</td>
          <td>
            <StatusBadge execution={receipt.status} finality={receipt.finality} />
          </td>
          {withBlock && (
            <>
              <td>
                <BlockLink number={block} />
              </td>
              <td>
                <Age of={timestamp} />
              </td>
            </>
          )}
          <td>
            <Sender of={transaction} created={receipt.contractAddress} />
          </td>
          <td>
            <Callees of={transaction} />
          </td>
          <td className="number">{amount(receipt.actualFee)}</td>
        </tr>
      ))}
    </Table>
  );
}

type Transaction = TransactionWithReceipt['transaction'];

/** Who sent it; of an account's own deployment, the account. */
export function senderOf(transaction: Transaction, created?: bigint): bigint | undefined {
  if (transaction.type === 'DEPLOY_ACCOUNT') return created;
  if (transaction.type === 'L1_HANDLER') return undefined;
  return transaction.senderAddress;
}

function Sender({ of, created }: { of: Transaction; created: bigint | undefined }) {
  const sender = senderOf(of, created);
  return sender === undefined ? (
    <span className="muted">L1</span>
  ) : (
    <ContractLink address={sender} />
  );
}

function Callees({ of }: { of: Transaction }) {
  if (of.type === 'L1_HANDLER') return <ContractLink address={of.contractAddress} />;
  const calls = of.type === 'INVOKE' ? accountCalls(of.calldata) : undefined;
  if (calls === undefined || calls[0] === undefined) return <span className="muted">–</span>;
  return (
    <>
      <ContractLink address={calls[0].to} />
      {calls.length > 1 && <span className="muted"> and {calls.length - 1} more</span>}
    </>
  );
}
