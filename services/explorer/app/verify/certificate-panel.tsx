import type { CommitCertificate } from '@stackctl/rpc';
import type { Felt } from '@stackctl/types';
import { useQuery } from '@tanstack/react-query';
import { usePageConfig } from '../data/config.ts';
import { rpc } from '../data/rpc.ts';
import { isNotFound, Load } from '../ui/load.tsx';
import { Badge, Facts, Panel, Table } from '../ui/parts.tsx';
import { type CertificateCheck, checkCertificate } from './certificate.ts';

interface Checked {
  readonly certificate: CommitCertificate;
  /** Undefined where the page has no WebCrypto: it was not opened from this machine. */
  readonly check: CertificateCheck | undefined;
}

/** The precommits that made a block final, checked by this browser. */
export function CertificatePanel({ number, hash }: { number: number; hash: Felt }) {
  const certificate = useCertificate({ number, hash });
  return (
    <Panel title="Commit certificate">
      <Load query={certificate}>
        {(data) =>
          data === null ? (
            <p className="empty">The genesis block is given: nobody voted for it.</p>
          ) : (
            <CertificateView {...data} />
          )
        }
      </Load>
    </Panel>
  );
}

/** The certificate of a block with what this browser found; null for the block that has none. */
export function useCertificate(block: { number: number; hash: Felt } | undefined) {
  return useQuery({
    queryKey: ['certificate', block?.number],
    enabled: block !== undefined,
    queryFn: () =>
      readChecked(block?.number as number, block?.hash as Felt).catch((error: unknown) => {
        if (isNotFound(error)) return null;
        throw error;
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

async function readChecked(number: number, hash: Felt): Promise<Checked> {
  const block_id = { number };
  const [certificate, decided] = await Promise.all([
    rpc.stackctl_getCommitCertificate({ block_id }),
    rpc.stackctl_getDecidedValue({ block_id }),
  ]);
  const check =
    crypto.subtle === undefined
      ? undefined
      : await checkCertificate({ number, hash }, certificate, decided);
  return { certificate, check };
}

function CertificateView({ certificate, check }: Checked) {
  const nodes = usePageConfig().data?.nodes;
  return (
    <>
      <Facts
        of={[
          [
            'Checked here',
            <span key="verdict" data-testid="certificate-state">
              <CertificateVerdict check={check} />
            </span>,
          ],
          ['Votes', `${certificate.signatures.length}${nodes === undefined ? '' : ` of ${nodes}`}`],
          ['Round', String(certificate.round)],
          ['Value', <code key="value">{certificate.valueId}</code>],
        ]}
      />
      <Table caption="Precommits" head={['Validator', 'Signature', 'Key', 'Bytes']}>
        {certificate.signatures.map(({ validator, publicKey, signature }, index) => (
          <tr key={validator}>
            <td>{validator}</td>
            <td>
              <SignatureBadge valid={check?.signatures[index]} />
            </td>
            <td>
              <code title={publicKey}>{publicKey.slice(0, 12)}…</code>
            </td>
            <td>
              <code title={signature}>{signature.slice(0, 12)}…</code>
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

/** What the check of a certificate says. */
export function CertificateVerdict({ check }: { check: CertificateCheck | undefined }) {
  const nodes = usePageConfig().data?.nodes;
  if (check === undefined) return <Badge>Not checked: the page is not from this machine</Badge>;
  if (!check.bound) return <Badge tone="bad">The votes are not for this block</Badge>;
  if (check.signatures.includes(false)) return <Badge tone="bad">A signature is not valid</Badge>;
  if (check.signatures.includes(undefined))
    return <Badge>This browser knows no Ed25519; the votes are for this block</Badge>;
  if (nodes === undefined) return <Badge>…</Badge>;
  return check.valid * 3 > nodes * 2 ? (
    <Badge tone="good">More than two thirds signed this block</Badge>
  ) : (
    <Badge tone="bad">Two thirds or fewer signed</Badge>
  );
}

function SignatureBadge({ valid }: { valid: boolean | undefined }) {
  if (valid === undefined) return <Badge>not checked</Badge>;
  return valid ? <Badge tone="good">valid</Badge> : <Badge tone="bad">not valid</Badge>;
}
