import { useQuery, useQueryClient } from '@tanstack/react-query';
import { readBlocks, useHead } from '../data/chain.ts';
import { useTitle } from '../shell/title.ts';
import { Load } from '../ui/load.tsx';
import { Pager } from '../ui/pager.tsx';
import { useFrom } from '../ui/paging.ts';
import {
  Badge,
  BlockLink,
  ContractLink,
  Hex,
  Panel,
  Table,
  TransactionLink,
} from '../ui/parts.tsx';

/** Blocks looked through for one page. */
const SPAN = 100;

/** Messages between the layers: handlers that came from L1, and what contracts sent there. */
export function MessagesPage() {
  useTitle('Messages');
  const height = useHead().data?.number;
  const { from, go } = useFrom();
  const client = useQueryClient();
  const top = height === undefined ? undefined : Math.min(from ?? height, height);
  const rows = useQuery({
    queryKey: ['messages', top],
    enabled: top !== undefined,
    placeholderData: (previous: readonly Row[] | undefined) => previous,
    queryFn: async (): Promise<readonly Row[]> =>
      (await readBlocks(client, top as number, SPAN)).flatMap(({ header, items }) =>
        items.flatMap(({ transaction, receipt }) => {
          const { transactionHash } = receipt;
          const place = { block: header.number, transactionHash };
          const sent = receipt.messages.map((message, index) => ({
            ...place,
            id: `${transactionHash}:${index}`,
            down: false,
            from: message.fromAddress,
            to: message.toAddress,
            felts: message.payload.length,
          }));
          if (transaction.type !== 'L1_HANDLER') return sent;
          const [origin = 0n, ...payload] = transaction.calldata;
          const received = {
            ...place,
            id: `${transactionHash}:received`,
            down: true,
            from: origin,
            to: transaction.contractAddress,
            felts: payload.length,
          };
          return [received, ...sent];
        }),
      ),
  });
  return (
    <>
      <h1>Messages</h1>
      <Panel
        title={top === undefined ? 'Messages' : `Blocks ${Math.max(0, top - SPAN + 1)} to ${top}`}
      >
        <Load query={rows}>
          {(list) =>
            list.length === 0 ? (
              <p className="empty">No messages between L1 and L2 in these blocks.</p>
            ) : (
              <MessageTable rows={list} />
            )
          }
        </Load>
        {top !== undefined && height !== undefined && (
          <Pager
            label={from === undefined ? 'follows the chain' : ''}
            onNewer={
              from === undefined
                ? undefined
                : () => go(top + SPAN >= height ? undefined : top + SPAN)
            }
            onOlder={top - SPAN < 0 ? undefined : () => go(top - SPAN)}
          />
        )}
      </Panel>
    </>
  );
}

interface Row {
  /** Transaction, and the message's place in it. */
  readonly id: string;
  readonly block: number;
  readonly transactionHash: bigint;
  /** From L1 to L2. */
  readonly down: boolean;
  readonly from: bigint;
  readonly to: bigint;
  readonly felts: number;
}

function MessageTable({ rows }: { rows: readonly Row[] }) {
  return (
    <Table
      caption="Messages"
      head={['Direction', 'Block', 'Transaction', 'From', 'To', { label: 'Felts', number: true }]}
    >
      {rows.map(({ id, block, transactionHash, down, from, to, felts }) => (
        <tr key={id}>
          <td>
            <Badge tone="accent">{down ? 'L1 → L2' : 'L2 → L1'}</Badge>
          </td>
          <td>
            <BlockLink number={block} />
          </td>
          <td>
            <TransactionLink hash={transactionHash} />
          </td>
          <td>{down ? <Hex value={from} copy /> : <ContractLink address={from} />}</td>
          <td>{down ? <ContractLink address={to} /> : <Hex value={to} copy />}</td>
          <td className="number">{felts}</td>
        </tr>
      ))}
    </Table>
  );
}
