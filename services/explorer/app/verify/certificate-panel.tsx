import type { CommitCertificate } from '@stackctl/rpc';
import { useQuery } from '@tanstack/react-query';
import { usePageConfig } from '../data/config.ts';
import { rpc } from '../data/rpc.ts';
import { isNotFound, Load } from '../ui/load.tsx';
import { Badge, Facts, Panel, Table } from '../ui/parts.tsx';

/** The precommits that made a block final. */
export function CertificatePanel({ number }: { number: number }) {
  const certificate = useQuery({
    queryKey: ['certificate', number],
    queryFn: () =>
      rpc.stackctl_getCommitCertificate({ block_id: { number } }).catch((error: unknown) => {
        if (isNotFound(error)) return null;
        throw error;
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Panel title="Commit certificate">
      <Load query={certificate}>
        {(data) =>
          data === null ? (
            <p className="empty">The genesis block is given: nobody voted for it.</p>
          ) : (
            <CertificateView certificate={data} />
          )
        }
      </Load>
    </Panel>
  );
}

function CertificateView({ certificate }: { certificate: CommitCertificate }) {
  const nodes = usePageConfig().data?.nodes;
  const votes = certificate.signatures.length;
  return (
    <>
      <Facts
        of={[
          [
            'Votes',
            <span key="votes">
              {votes}
              {nodes !== undefined && ` of ${nodes}`}{' '}
              {nodes !== undefined && votes * 3 > nodes * 2 && <Badge tone="good">quorum</Badge>}
            </span>,
          ],
          ['Round', String(certificate.round)],
          ['Value', <code key="value">{certificate.valueId}</code>],
        ]}
      />
      <Table caption="Precommits" head={['Validator', 'Key', 'Signature']}>
        {certificate.signatures.map(({ validator, publicKey, signature }) => (
          <tr key={validator}>
            <td>{validator}</td>
            <td>
              <code title={publicKey}>{publicKey.slice(0, 12)}…</code>
            </td>
            <td>
              <code title={signature}>{signature.slice(0, 16)}…</code>
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}
