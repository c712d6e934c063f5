import { feltToHex, type StateDiff } from '@stackctl/types';
import { count } from './format.ts';
import { ClassLink, ContractLink, Hex, Table } from './parts.tsx';

/** Rows that are drawn; a genesis block has thousands. */
const MOST_ROWS = 100;

interface Row {
  readonly key: string;
  readonly what: string;
  readonly where: React.ReactNode;
  readonly detail: React.ReactNode;
}

export function StateDiffView({ diff }: { diff: StateDiff }) {
  const rows = rowsOf(diff);
  if (rows.length === 0) return <p className="empty">Nothing changed.</p>;
  return (
    <>
      <Table caption="State diff" head={['What', 'Where', 'Now']}>
        {rows.slice(0, MOST_ROWS).map(({ key, what, where, detail }) => (
          <tr key={key}>
            <td>{what}</td>
            <td>{where}</td>
            <td>{detail}</td>
          </tr>
        ))}
      </Table>
      {rows.length > MOST_ROWS && (
        <p className="empty">… {count(rows.length - MOST_ROWS)} more entries.</p>
      )}
    </>
  );
}

function rowsOf(diff: StateDiff): Row[] {
  return [
    ...diff.deployedContracts.map(({ address, classHash }) => ({
      key: `d${address}`,
      what: 'Deployed',
      where: <ContractLink address={address} />,
      detail: <ClassLink hash={classHash} />,
    })),
    ...diff.replacedClasses.map(({ address, classHash }) => ({
      key: `r${address}`,
      what: 'Class replaced',
      where: <ContractLink address={address} />,
      detail: <ClassLink hash={classHash} />,
    })),
    ...diff.declaredClasses.map(({ classHash, compiledClassHash }) => ({
      key: `c${classHash}`,
      what: 'Declared',
      where: <ClassLink hash={classHash} />,
      detail: <Hex value={compiledClassHash} />,
    })),
    ...diff.nonces.map(({ address, nonce }) => ({
      key: `n${address}`,
      what: 'Nonce',
      where: <ContractLink address={address} />,
      detail: count(nonce),
    })),
    ...diff.storage.flatMap(({ address, entries }) =>
      entries.map(({ key, value }) => ({
        key: `s${address}:${key}`,
        what: 'Storage',
        where: (
          <>
            <ContractLink address={address} /> [<Hex value={key} />]
          </>
        ),
        detail: <span className="mono">{feltToHex(value)}</span>,
      })),
    ),
  ];
}
