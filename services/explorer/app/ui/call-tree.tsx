import type { RpcCallTrace } from '@stackctl/rpc';
import { useAbi } from '../data/contracts.ts';
import { count } from './format.ts';
import { Badge, ContractLink, Hex } from './parts.tsx';
import { Decoded, Felts } from './values.tsx';

type Call = RpcCallTrace;

/** The calls of a transaction, nested as they were made, with the gas of each. */
export function CallTree({ roots }: { roots: ReadonlyArray<readonly [string, Call | undefined]> }) {
  return (
    <ul className="tree root">
      {roots.map(([name, call]) =>
        call === undefined ? null : (
          <li key={name}>
            <h3>{name}</h3>
            <ul className="tree root">
              <CallNode call={call} />
            </ul>
          </li>
        ),
      )}
    </ul>
  );
}

function CallNode({ call }: { call: Call }) {
  const abi = useAbi(call.classHash);
  const entry =
    call.entryPointType === 'CONSTRUCTOR' ? abi.constructorOf() : abi.functionOf(call.selector);
  return (
    <li>
      <div className="row">
        <strong>{entry?.name ?? <Hex value={call.selector} />}</strong>
        <span className="muted">on</span>
        <ContractLink address={call.contractAddress} />
        {call.callType === 'DELEGATE' && <Badge>library call</Badge>}
        {call.failed && <Badge tone="bad">failed</Badge>}
        <span className="muted">{count(call.gas)} L2 gas</span>
      </div>
      <details>
        <summary>
          calldata ({call.calldata.length}), result ({call.result.length})
        </summary>
        <div className="columns">
          <div>
            <h3>Calldata</h3>
            <Decoded abi={abi} fields={entry?.inputs ?? []} felts={call.calldata} />
          </div>
          <div>
            <h3>Result</h3>
            {call.failed ? (
              <Felts of={call.result} />
            ) : (
              <Decoded
                abi={abi}
                fields={(entry?.outputs ?? []).map(({ type }) => ({ name: '', type }))}
                felts={call.result}
              />
            )}
          </div>
        </div>
      </details>
      {call.calls.length > 0 && (
        <ul className="tree">
          {call.calls.map((child, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a call's position is its identity
            <CallNode key={index} call={child} />
          ))}
        </ul>
      )}
    </li>
  );
}
