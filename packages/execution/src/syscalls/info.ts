import type { BlockContext, Felt } from '@stackctl/types';
import { boundsSeenBy, versionSeenBy } from '../backward-compatibility.ts';
import { VALIDATE_BLOCK_ROUNDING, VALIDATE_TIME_ROUNDING } from '../constants.ts';
import type { TransactionInfo } from '../context.ts';
import { type CellValue, felt, range, struct } from './cells.ts';
import { isValidation } from './rules.ts';
import type { Syscall } from './syscall.ts';

/**
 * ExecutionInfo in its latest version: versions 1 and 2 are its beginnings, and code compiled for
 * them reads no further.
 */
export const getExecutionInfo: Syscall = {
  name: 'GetExecutionInfo',
  request: [],
  run({ frame }) {
    const { context, request, classHash } = frame;
    const info = struct([
      struct(blockInfo(context.block, isValidation(context.phase))),
      struct(transactionInfo(context.transaction, context.block.chainId, classHash)),
      felt(request.callerAddress),
      felt(request.contractAddress),
      felt(request.selector),
    ]);
    return { cells: [info] };
  },
};

/** Validation sees a rounded block, so that its outcome holds for a while. */
function blockInfo(block: BlockContext, validating: boolean): CellValue[] {
  const { number, timestamp, sequencerAddress } = block;
  if (!validating) return [felt(BigInt(number)), felt(BigInt(timestamp)), felt(sequencerAddress)];
  return [
    felt(BigInt(number - (number % VALIDATE_BLOCK_ROUNDING))),
    felt(BigInt(timestamp - (timestamp % VALIDATE_TIME_ROUNDING))),
    felt(0n),
  ];
}

function transactionInfo(transaction: TransactionInfo, chainId: Felt, reader: Felt): CellValue[] {
  const maxFee = 0n;
  return [
    felt(versionSeenBy(reader, transaction)),
    felt(transaction.senderAddress),
    felt(maxFee),
    range(transaction.signature),
    felt(transaction.hash),
    felt(chainId),
    felt(transaction.nonce),
    range(boundsSeenBy(reader, transaction).flat()),
    felt(transaction.tip),
    range(transaction.paymasterData),
    felt(transaction.nonceDataAvailability),
    felt(transaction.feeDataAvailability),
    range(transaction.accountDeploymentData),
    range(transaction.proofFacts),
  ];
}
