import type { EventFilter } from '@stackctl/rpc';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { rpc } from '../data/rpc.ts';
import { EventBody } from './events.tsx';
import { Load } from './load.tsx';
import { BlockLink, ContractLink, Panel, TransactionLink } from './parts.tsx';

const CHUNK = 25;

/** Events as the node tells them: in their order, a page at a time. */
export function EventList({ filter }: { filter: Omit<EventFilter, 'chunkSize'> }) {
  const pages = useInfiniteQuery({
    queryKey: ['events', keyOf(filter)],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      rpc.starknet_getEvents({
        filter: {
          ...filter,
          chunkSize: CHUNK,
          ...(pageParam === undefined ? {} : { continuationToken: pageParam }),
        },
      }),
    getNextPageParam: ({ continuationToken }) => continuationToken,
  });
  const events = pages.data?.pages.flatMap((page) => page.events);
  return (
    <Panel
      title="Events"
      aside={
        <Button className="button" onPress={() => void pages.refetch()}>
          Read again
        </Button>
      }
    >
      <Load query={{ data: events, error: pages.error }}>
        {(list) =>
          list.length === 0 ? (
            <p className="empty">None.</p>
          ) : (
            <ul className="tree root body">
              {list.map(({ event, blockNumber, transactionHash, eventIndex }) => (
                <li key={`${transactionHash}:${eventIndex}`}>
                  <span className="row muted">
                    {blockNumber !== undefined && (
                      <span>
                        block <BlockLink number={blockNumber} />
                      </span>
                    )}
                    <span>
                      transaction <TransactionLink hash={transactionHash} />
                    </span>
                    <span>
                      by <ContractLink address={event.fromAddress} />
                    </span>
                  </span>
                  <EventBody event={event} />
                </li>
              ))}
            </ul>
          )
        }
      </Load>
      {pages.hasNextPage && (
        <div className="pager">
          <Button
            className="button"
            isDisabled={pages.isFetchingNextPage}
            onPress={() => void pages.fetchNextPage()}
          >
            More
          </Button>
        </div>
      )}
    </Panel>
  );
}

function keyOf(filter: Omit<EventFilter, 'chunkSize'>): string {
  return JSON.stringify(filter, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString(16) : value,
  );
}
