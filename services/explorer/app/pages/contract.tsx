import { selector } from '@stackctl/crypto';
import type { Felt } from '@stackctl/types';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useParams } from 'wouter';
import { useAbi, useClassHashAt, useNonce } from '../data/contracts.ts';
import { rpc } from '../data/rpc.ts';
import { looseFelt } from '../data/search.ts';
import { useBalances, useTokenNames } from '../data/tokens.ts';
import type { Abi, AbiFunction } from '../decode/abi.ts';
import { useTitle } from '../shell/title.ts';
import { EventList } from '../ui/event-list.tsx';
import { amount, count, reasonOf, shortHex } from '../ui/format.ts';
import { Load } from '../ui/load.tsx';
import { ClassLink, Facts, Hex, Panel } from '../ui/parts.tsx';
import { Decoded } from '../ui/values.tsx';

export function ContractPage() {
  const address = looseFelt(useParams<{ address: string }>().address);
  useTitle(address === undefined ? 'Contract' : `Contract ${shortHex(address)}`);
  const classHash = useClassHashAt(address);
  if (address === undefined)
    return <p className="notice bad">A contract is named by its address, which starts with 0x.</p>;
  return (
    <>
      <h1>Contract</h1>
      <Load query={classHash} missing="There is no contract at this address.">
        {(hash) => <ContractView address={address} classHash={hash} />}
      </Load>
    </>
  );
}

function ContractView({ address, classHash }: { address: Felt; classHash: Felt }) {
  const abi = useAbi(classHash);
  const nonce = useNonce(address).data;
  const balances = useBalances(address).data;
  const token = useTokenNames(address, abi).data;
  return (
    <>
      <Panel title={token === undefined ? 'Contract' : `${token.name} (${token.symbol})`}>
        <Facts
          of={[
            ['Address', <Hex key="address" value={address} whole />],
            ['Class', <ClassLink key="class" hash={classHash} whole />],
            ['Nonce', nonce === undefined ? '…' : count(nonce)],
            ['STRK', balances && amount(balances.strk, 18)],
            ['ETH', balances && amount(balances.eth, 18)],
          ]}
        />
      </Panel>
      <ReadPanel address={address} abi={abi} />
      <EventList filter={{ addresses: [address] }} />
    </>
  );
}

/** Functions without parameters that change nothing: called when asked. */
function ReadPanel({ address, abi }: { address: Felt; abi: Abi }) {
  const views = abi.functions.filter(
    ({ mutability, inputs }) => mutability === 'view' && inputs.length === 0,
  );
  if (views.length === 0) return null;
  return (
    <Panel title="Read">
      <ul className="tree root body">
        {views.map((entry) => (
          <ReadItem key={entry.name} address={address} abi={abi} entry={entry} />
        ))}
      </ul>
    </Panel>
  );
}

function ReadItem(props: { address: Felt; abi: Abi; entry: AbiFunction }) {
  const { address, abi, entry } = props;
  const [asked, setAsked] = useState(false);
  const result = useQuery({
    queryKey: ['read', address.toString(16), entry.name],
    enabled: asked,
    queryFn: () =>
      rpc.starknet_call({
        request: { contractAddress: address, selector: selector(entry.name), calldata: [] },
        block_id: 'latest',
      }),
  });
  return (
    <li className="row">
      <Button
        className="button"
        onPress={() => {
          if (asked) void result.refetch();
          setAsked(true);
        }}
      >
        {entry.name}
      </Button>
      {result.data !== undefined && (
        <Decoded
          abi={abi}
          fields={entry.outputs.map(({ type }) => ({ name: '', type }))}
          felts={result.data}
        />
      )}
      {result.error !== null && <span className="muted">{reasonOf(result.error)}</span>}
    </li>
  );
}
