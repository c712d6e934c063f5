import { useParams } from 'wouter';
import { useClass } from '../data/contracts.ts';
import { looseFelt } from '../data/search.ts';
import { parseAbi } from '../decode/abi.ts';
import { shortType } from '../decode/values.ts';
import { useTitle } from '../shell/title.ts';
import { count, shortHex } from '../ui/format.ts';
import { Load } from '../ui/load.tsx';
import { Badge, Facts, Hex, Panel, Table } from '../ui/parts.tsx';

export function ClassPage() {
  const hash = looseFelt(useParams<{ hash: string }>().hash);
  useTitle(hash === undefined ? 'Class' : `Class ${shortHex(hash)}`);
  const sierra = useClass(hash);
  if (hash === undefined)
    return <p className="notice bad">A class is named by its hash, which starts with 0x.</p>;
  return (
    <>
      <h1>Class</h1>
      <Load query={sierra} missing="No class of this hash is declared.">
        {(data) => {
          const points = data.entry_points_by_type;
          const { functions } = parseAbi(data.abi);
          return (
            <>
              <Panel title="Class">
                <Facts
                  of={[
                    ['Hash', <Hex key="hash" value={hash} whole />],
                    ['Sierra program', `${count(data.sierra_program.length)} felts`],
                    ['Version', data.contract_class_version],
                    [
                      'Entry points',
                      `${points.EXTERNAL.length} external, ${points.L1_HANDLER.length} L1 handlers, ${points.CONSTRUCTOR.length} constructors`,
                    ],
                  ]}
                />
              </Panel>
              <Panel title={`Functions (${functions.length})`}>
                {functions.length === 0 ? (
                  <p className="empty">The class has no readable ABI.</p>
                ) : (
                  <Table caption="Functions" head={['Name', 'Kind', 'Takes', 'Returns']}>
                    {functions.map(({ name, mutability, inputs, outputs }) => (
                      <tr key={name}>
                        <td>
                          <strong>{name}</strong>
                        </td>
                        <td>
                          <Badge tone={mutability === 'view' ? 'plain' : 'accent'}>
                            {mutability}
                          </Badge>
                        </td>
                        <td className="wrap mono">
                          {inputs.map((each) => `${each.name}: ${shortType(each.type)}`).join(', ')}
                        </td>
                        <td className="wrap mono">
                          {outputs.map(({ type }) => shortType(type)).join(', ')}
                        </td>
                      </tr>
                    ))}
                  </Table>
                )}
              </Panel>
            </>
          );
        }}
      </Load>
    </>
  );
}
