import type { Felt } from '@stackctl/types';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { rpc } from '../data/rpc.ts';
import { looseFelt } from '../data/search.ts';
import { useBalances } from '../data/tokens.ts';
import { useTransaction } from '../data/transactions.ts';
import { useTitle } from '../shell/title.ts';
import { Action } from '../ui/action.tsx';
import { amount } from '../ui/format.ts';
import { isNotFound } from '../ui/load.tsx';
import { ContractLink, Facts, Hex, Panel, TransactionLink } from '../ui/parts.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { ProofPanel } from '../verify/proof-panel.tsx';
import {
  accountOfKey,
  deployAccount,
  fund,
  transfer,
  type WalletAccount,
} from '../wallet/account.ts';
import { unitsOf } from '../wallet/amount.ts';
import { injectedProvider, l1ChainId, signKeyMessage } from '../wallet/ethereum.ts';
import { keyOfSignature } from '../wallet/key.ts';

/** What a new account is given, in FRI. */
const GIFT = 10n * 10n ** 18n;

/**
 * An account of this chain from an Ethereum wallet. The key lives in this component's state: it goes with the
 * page, and is never stored or sent.
 */
export function WalletPage() {
  useTitle('Wallet');
  const [account, setAccount] = useState<WalletAccount>();
  return (
    <>
      <h1>Wallet</h1>
      {account === undefined ? (
        <Connect onAccount={setAccount} />
      ) : (
        <Opened account={account} onForget={() => setAccount(undefined)} />
      )}
    </>
  );
}

function Connect({ onAccount }: { onAccount: (account: WalletAccount) => void }) {
  const provider = injectedProvider();
  return (
    <Panel title="A key from your Ethereum wallet">
      <div className="body stack">
        <p>
          Your wallet signs one constant message, twice. From the signature this page derives a
          Stark key: the same wallet always gives the same account. The key stays in this page's
          memory and is gone when you leave the page.
        </p>
        {provider === undefined ? (
          <p className="notice">This browser has no Ethereum wallet (EIP-1193).</p>
        ) : (
          <Action
            label="Sign and derive the key"
            run={async () => {
              const signature = await signKeyMessage(provider, await l1ChainId());
              onAccount(await accountOfKey(await keyOfSignature(signature)));
            }}
          />
        )}
      </div>
    </Panel>
  );
}

function Opened({ account, onForget }: { account: WalletAccount; onForget: () => void }) {
  const { address, key } = account;
  const strk = useBalances(address).data?.strk;
  const deployed = useDeployed(address);
  return (
    <>
      <Panel
        title="Your account"
        aside={
          <Button className="button" onPress={onForget}>
            Forget the key
          </Button>
        }
      >
        <Facts
          of={[
            ['Address', <ContractLink key="address" address={address} whole />],
            ['Public key', <Hex key="key" value={key.publicKey} whole />],
            [
              'STRK',
              <span key="strk" data-testid="wallet-balance">
                {strk === undefined ? '…' : amount(strk)}
              </span>,
            ],
            [
              'State',
              <span key="state" data-testid="wallet-state">
                {deployed.data === undefined
                  ? '…'
                  : deployed.data
                    ? 'deployed'
                    : 'not deployed yet'}
              </span>,
            ],
          ]}
        />
      </Panel>
      {deployed.data === false && (
        <Panel title="Create the account">
          <div className="body stack">
            <p>
              An account pays for its own creation. This development chain gives it {amount(GIFT)}{' '}
              STRK to start with.
            </p>
            <Action
              label="Fund and create the account"
              run={async () => {
                if ((strk ?? 0n) < GIFT) await fund(account, GIFT);
                await deployAccount(account);
                await settled(() => deployed.refetch().then(({ data }) => data === true));
              }}
            />
          </div>
        </Panel>
      )}
      {deployed.data === true && <Transfer account={account} />}
    </>
  );
}

function useDeployed(address: Felt) {
  return useQuery({
    queryKey: ['deployed', address.toString(16)],
    queryFn: () =>
      rpc.starknet_getClassHashAt({ block_id: 'latest', contract_address: address }).then(
        () => true,
        (error: unknown) => {
          if (isNotFound(error)) return false;
          throw error;
        },
      ),
  });
}

/** Waits for a block that has what was sent. */
async function settled(done: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt++) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('it is in no block after 30 s');
}

function Transfer({ account }: { account: WalletAccount }) {
  const [to, setTo] = useState('');
  const [units, setUnits] = useState('1');
  const [sent, setSent] = useState<Felt>();
  return (
    <>
      <Panel title="Send STRK">
        <Form className="body stack" onSubmit={(event) => event.preventDefault()}>
          <TextField className="field" value={to} onChange={setTo}>
            <Label>To (address)</Label>
            <Input className="input mono" spellCheck={false} autoComplete="off" />
          </TextField>
          <TextField className="field" value={units} onChange={setUnits}>
            <Label>Amount (STRK)</Label>
            <Input className="input mono" inputMode="decimal" autoComplete="off" />
          </TextField>
          <Action
            label="Sign and send"
            run={async () => {
              const [receiver, value] = [looseFelt(to.trim()), unitsOf(units)];
              if (receiver === undefined) throw new Error('An address starts with 0x.');
              if (value === undefined) throw new Error('The amount is a number, like 1.5.');
              setSent(await transfer(account, receiver, value));
            }}
          />
        </Form>
      </Panel>
      {sent !== undefined && <Sent hash={sent} />}
    </>
  );
}

/** What was sent, until its proof is verified. */
function Sent({ hash }: { hash: Felt }) {
  const data = useTransaction(hash).data;
  const placed = data?.placed;
  return (
    <>
      <Panel title="Sent">
        <p className="body row">
          <TransactionLink hash={hash} />
          {data !== undefined && (
            <StatusBadge
              execution={placed?.receipt.status ?? data.status.execution}
              finality={placed?.receipt.finality ?? data.status.finality}
            />
          )}
        </p>
      </Panel>
      {placed?.blockHash !== undefined && (
        <ProofPanel number={placed.blockNumber} hash={placed.blockHash} />
      )}
    </>
  );
}
