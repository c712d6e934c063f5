import { useBlocks, useHead } from '../data/chain.ts';
import { useTitle } from '../shell/title.ts';
import { BlockTable } from '../ui/block-table.tsx';
import { Load } from '../ui/load.tsx';
import { Pager } from '../ui/pager.tsx';
import { useFrom } from '../ui/paging.ts';
import { Panel } from '../ui/parts.tsx';

const PAGE = 20;

export function BlocksPage() {
  useTitle('Blocks');
  const height = useHead().data?.number;
  const { from, go } = useFrom();
  const top = height === undefined ? undefined : Math.min(from ?? height, height);
  const blocks = useBlocks(top, PAGE);
  return (
    <>
      <h1>Blocks</h1>
      <Panel title={top === undefined ? 'Blocks' : `From block ${top} down`}>
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
