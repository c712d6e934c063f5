import { blockCalls, type ExecutedCalls, type ReadBlock } from '@stackctl/block-proof';
import { type CallRecord, type ClassRegistry, createBlockExecutor } from '@stackctl/execution';
import { eventCommitment, receiptCommitment, stateDiffCommitment } from '@stackctl/state';
import {
  type BlockHeader,
  type ExecutedBlock,
  type Felt,
  feltToHex,
  StackError,
  type StateWitness,
} from '@stackctl/types';
import { witnessReader } from './witness-reader.ts';

/** The fee tokens' well-known addresses: the same on every chain of this kind. */
const STRK = 0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938dn;
const ETH = 0x49d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7n;

/** A block with everything that executing it again needs. */
export interface BlockBundle {
  readonly facts: ReadBlock;
  readonly witness: StateWitness;
  /** Hashes of earlier blocks that the block writes to the state. */
  readonly blockHashes: ReadonlyMap<number, Felt>;
}

/**
 * Executes a block again on what it read from its parent's state, and compares the outcome with what its
 * header commits to.
 * @throws StackError PROVER when anything differs
 */
export function reexecute(bundle: BlockBundle, classes: ClassRegistry): ExecutedCalls {
  const { facts } = bundle;
  const { header, transactions, chainId } = facts;
  // The genesis block is given, not executed: its state is where everything starts.
  if (header.number === 0) return { facts, calls: [], stopped: [] };
  const records: CallRecord[] = [];
  const executor = createBlockExecutor({
    context: {
      chainId,
      number: header.number,
      timestamp: header.timestamp,
      sequencerAddress: header.sequencerAddress,
      gasPrices: header.gasPrices,
      strkFeeToken: STRK,
      ethFeeToken: ETH,
      starknetVersion: header.starknetVersion,
    },
    state: witnessReader(bundle.witness),
    classes,
    blockHash: (number) => bundle.blockHashes.get(number),
    onCall: (record) => records.push(record),
  });
  for (const [index, transaction] of transactions.entries()) {
    // A trace without validation: its account was impersonated. Whether it really went without is
    // what the outcome tells.
    const skipValidate = facts.traces[index]?.validate === undefined;
    const outcome = executor.execute(transaction, { skipValidate });
    if ('rejected' in outcome)
      throw differs(
        `transaction ${feltToHex(transaction.hash)} is rejected: ${outcome.rejected.message}`,
      );
  }
  const executed = executor.finish();
  compare(executed, header);
  return { facts, ...blockCalls(records, executed.traces) };
}

/** The header commits to receipts, events and state diff: equal commitments, equal outcomes. */
function compare({ receipts, stateDiff }: ExecutedBlock, header: BlockHeader): void {
  if (receiptCommitment(receipts) !== header.receiptCommitment)
    throw differs('the receipts differ');
  if (eventCommitment(receipts) !== header.eventCommitment) throw differs('the events differ');
  if (stateDiffCommitment(stateDiff) !== header.stateDiffCommitment)
    throw differs('the state diff differs');
}

function differs(reason: string): StackError<'PROVER'> {
  return new StackError('PROVER', { reason: `executing the block again, ${reason}` });
}
