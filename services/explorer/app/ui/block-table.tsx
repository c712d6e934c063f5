import type { FinalBlock } from '../data/blocks.ts';
import { ProofBadge } from '../verify/proof-badge.tsx';
import { amount, count } from './format.ts';
import { Age, BlockLink, ContractLink, Hex, Table } from './parts.tsx';

export function BlockTable({ blocks }: { blocks: readonly FinalBlock[] }) {
  return (
    <Table
      caption="Blocks"
      head={[
        'Block',
        'Hash',
        'Age',
        { label: 'Transactions', number: true },
        { label: 'Events', number: true },
        { label: 'Fees, STRK', number: true },
        'Sequencer',
        'Proof',
      ]}
    >
      {blocks.map(({ header, items }) => (
        <tr key={header.number}>
          <td>
            <BlockLink number={header.number} />
          </td>
          <td>
            <Hex value={header.hash} to={`/block/0x${header.hash.toString(16)}`} />
          </td>
          <td>
            <Age of={header.timestamp} />
          </td>
          <td className="number">{count(header.transactionCount)}</td>
          <td className="number">{count(header.eventCount)}</td>
          <td className="number">
            {amount(items.reduce((sum, { receipt }) => sum + receipt.actualFee, 0n))}
          </td>
          <td>
            <ContractLink address={header.sequencerAddress} />
          </td>
          <td>
            <ProofBadge block={header.number} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
