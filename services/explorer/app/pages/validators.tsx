import { usePageConfig } from '../data/config.ts';
import { type NodeView, useNodes } from '../data/stack.ts';
import { useTitle } from '../shell/title.ts';
import { FaultButtons } from '../ui/fault-buttons.tsx';
import { count } from '../ui/format.ts';
import { Load } from '../ui/load.tsx';
import { Badge, Hex, Panel, Table } from '../ui/parts.tsx';

export function ValidatorsPage() {
  useTitle('Validators');
  const nodes = useNodes();
  const chaos = usePageConfig().data?.chaos ?? false;
  return (
    <>
      <h1>Validators</h1>
      <Panel title="As each one sees it">
        <Load query={nodes}>{(list) => <ValidatorTable nodes={list} chaos={chaos} />}</Load>
      </Panel>
    </>
  );
}

function ValidatorTable({ nodes, chaos }: { nodes: readonly NodeView[]; chaos: boolean }) {
  const top = Math.max(...nodes.map(({ status }) => status?.height ?? 0));
  return (
    <Table
      caption="Validators"
      head={[
        'Validator',
        'Health',
        { label: 'Height', number: true },
        'Last block',
        'Working on',
        'Mempool',
        'Peers',
        ...(chaos ? ['Faults'] : []),
      ]}
    >
      {nodes.map(({ index, status }) =>
        status === undefined ? (
          <tr key={index}>
            <td>sequencer-{index}</td>
            <td>
              <Badge tone="bad">does not answer</Badge>
            </td>
            <td colSpan={5} />
            {chaos && (
              <td>
                <FaultButtons node={index} />
              </td>
            )}
          </tr>
        ) : (
          <tr key={index}>
            <td>{status.name}</td>
            <td>
              {status.height + 2 < top ? (
                <Badge tone="warn">{top - status.height} behind</Badge>
              ) : (
                <Badge tone="good">healthy</Badge>
              )}
            </td>
            <td className="number">{count(status.height)}</td>
            <td>
              <Hex value={status.blockHash} to={`/block/0x${status.blockHash.toString(16)}`} />
            </td>
            <td>
              height {status.consensus.height}, round {status.consensus.round}
            </td>
            <td>
              {status.mempool.ready} ready, {status.mempool.queued} queued
            </td>
            <td>
              {status.peers.filter(({ connected }) => connected).length} of {status.peers.length}
            </td>
            {chaos && (
              <td>
                <FaultButtons node={index} />
              </td>
            )}
          </tr>
        ),
      )}
    </Table>
  );
}
