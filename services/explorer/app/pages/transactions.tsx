import { useQuery, useQueryClient } from '@tanstack/react-query';
import { readBlocks, useHead } from '../data/chain.ts';
import { useTitle } from '../shell/title.ts';
import { Load } from '../ui/load.tsx';
import { Pager } from '../ui/pager.tsx';
import { useFrom } from '../ui/paging.ts';
import { Panel } from '../ui/parts.tsx';
import { type ListedTransaction, TransactionTable } from '../ui/transaction-table.tsx';

const ENOUGH = 25;
const STEP = 10;
/** Blocks looked through for one page: a quiet chain has many without transactions. */
const MOST_BLOCKS = 100;

export function TransactionsPage() {
  useTitle('Transactions');
  const height = useHead().data?.number;
  const { from, go } = useFrom();
  const client = useQueryClient();
  const top = height === undefined ? undefined : Math.min(from ?? height, height);
  const page = useQuery({
    queryKey: ['transactions', top],
    enabled: top !== undefined,
    placeholderData: (previous: TransactionPage | undefined) => previous,
    queryFn: async (): Promise<TransactionPage> => {
      const items: ListedTransaction[] = [];
      let next = top as number;
      const lowest = Math.max(-1, next - MOST_BLOCKS);
      while (next > lowest && items.length < ENOUGH) {
        for (const block of await readBlocks(client, next, Math.min(STEP, next - lowest))) {
          next = block.header.number - 1;
          const { number, timestamp } = block.header;
          for (const item of [...block.items].reverse())
            items.push({ ...item, block: number, timestamp });
          if (items.length >= ENOUGH) break;
        }
      }
      return { items, next };
    },
  });
  return (
    <>
      <h1>Transactions</h1>
      <Panel title={top === undefined ? 'Transactions' : `From block ${top} down`}>
        <Load query={page}>
          {({ items, next }) => (
            <>
              {items.length === 0 ? (
                <p className="empty">
                  None in blocks {next + 1} to {top}.
                </p>
              ) : (
                <TransactionTable items={items} />
              )}
              <Pager
                label={from === undefined ? 'follows the chain' : `down to block ${next + 1}`}
                onNewer={from === undefined ? undefined : () => history.back()}
                onOlder={next < 0 ? undefined : () => go(next)}
              />
            </>
          )}
        </Load>
      </Panel>
    </>
  );
}

interface TransactionPage {
  readonly items: readonly ListedTransaction[];
  /** The block below the last one looked at. */
  readonly next: number;
}
