import { type Felt, feltToHex } from '@stackctl/types';
import type { ReactNode } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { looseFelt } from '../data/search.ts';
import { useProver } from '../data/stack.ts';
import { type TransactionData, useTransaction } from '../data/transactions.ts';
import { useTitle } from '../shell/title.ts';
import { Action } from '../ui/action.tsx';
import { amount, count } from '../ui/format.ts';
import { Load } from '../ui/load.tsx';
import { Badge, BlockLink, Panel, TransactionLink } from '../ui/parts.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Felts } from '../ui/values.tsx';
import { CertificateVerdict, useCertificate } from '../verify/certificate-panel.tsx';
import { ProofPanel } from '../verify/proof-panel.tsx';
import { givenAccount, transfer } from '../wallet/account.ts';

/** Whom the tour's transaction pays, and how much: nobody, next to nothing. */
const NOBODY = 0x70a5n;
const LEAST = 1n;

/** One transaction, from its signature to its verified proof, as it happens. */
export function TourPage() {
  useTitle('Tour');
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const hash = looseFelt(params.get('tx') ?? '');
  return (
    <>
      <h1>One transaction, from signature to proof</h1>
      <Panel title="Start">
        <div className="body stack">
          <p>
            This page signs a transfer with an account that the development chain gives away, sends
            it to a validator, and follows it. Every step below is read from the stack, or computed
            here, when it happens.
          </p>
          <Action
            label={hash === undefined ? 'Send a transaction' : 'Send another'}
            run={async () => {
              const sent = await transfer(await givenAccount(), NOBODY, LEAST);
              navigate(`/tour?tx=${feltToHex(sent)}`);
            }}
          />
        </div>
      </Panel>
      {hash !== undefined && <Followed key={feltToHex(hash)} hash={hash} />}
    </>
  );
}

function Followed({ hash }: { hash: Felt }) {
  const transaction = useTransaction(hash);
  return (
    <Load query={transaction} missing="No node knows a transaction of this hash.">
      {(data) => <Steps data={data} />}
    </Load>
  );
}

function Steps({ data: { hash, transaction, status, placed } }: { data: TransactionData }) {
  const block =
    placed?.blockHash === undefined
      ? undefined
      : { number: placed.blockNumber, hash: placed.blockHash };
  const receipt = placed?.receipt;
  const certificate = useCertificate(block).data;
  const prover = useProver().data;
  const proven = block !== undefined && prover !== undefined && block.number <= prover.provenHeight;
  return (
    <>
      <ol className="steps">
        <Step title="Signed" done>
          <p>
            Transaction <TransactionLink hash={hash} />. Its hash is signed with the account's key
            on the Stark curve; the account's own code will judge the signature.
          </p>
          {'signature' in transaction && <Felts of={transaction.signature} />}
        </Step>
        <Step title="Taken by a validator" done>
          <p>
            The validator ran the account's check and shares the transaction with the others.{' '}
            <StatusBadge
              execution={receipt?.status ?? status.execution}
              finality={receipt?.finality ?? status.finality}
            />
          </p>
        </Step>
        <Step title="Agreed on" done={certificate !== undefined && certificate !== null}>
          {block !== undefined && (
            <p>
              In block <BlockLink number={block.number} />
              {certificate !== undefined && certificate !== null && (
                <>
                  , round {certificate.certificate.round}.{' '}
                  <CertificateVerdict check={certificate.check} />
                </>
              )}
            </p>
          )}
        </Step>
        <Step title="Executed" done={receipt !== undefined}>
          {receipt !== undefined && (
            <p>
              Every validator ran its Cairo code: {count(receipt.gas.l2Gas)} L2 gas,{' '}
              {receipt.events.length} events, a fee of {amount(receipt.actualFee, 18)} STRK.
            </p>
          )}
        </Step>
        <Step title="Proven" done={proven}>
          <p>
            {block === undefined || prover === undefined
              ? 'The prover waits for the block.'
              : proven
                ? 'The prover executed the block once more, and proved it: the proof is in the store.'
                : prover.proving?.block === block.number
                  ? `The prover works on it: ${prover.proving.phase}.`
                  : `The prover is at block ${count(Math.max(0, prover.provenHeight))}.`}
          </p>
        </Step>
      </ol>
      <p>The last step is yours: this browser checks the proof, and believes the prover nothing.</p>
      {block !== undefined && <ProofPanel number={block.number} hash={block.hash} />}
    </>
  );
}

function Step(props: { title: string; done: boolean; children: ReactNode }) {
  const { title, done, children } = props;
  return (
    <li className={done ? 'panel step done' : 'panel step'}>
      <h2>
        {title} {done ? <Badge tone="good">done</Badge> : <Badge tone="warn">waiting</Badge>}
      </h2>
      {children}
    </li>
  );
}
