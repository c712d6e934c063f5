import { keccak256 } from '@stackctl/crypto';
import type { L1HandlerTransaction } from '@stackctl/types';

/**
 * Hash by which L1 knows a message to L2: Keccak-256 of sender, receiver, nonce, selector, number of
 * payload felts and payload, 32 bytes each (StarknetMessaging.sol, getL1ToL2MsgHash).
 */
export function messageToL2Hash(transaction: L1HandlerTransaction): bigint {
  const { contractAddress, nonce, entryPointSelector, calldata } = transaction;
  const [from = 0n, ...payload] = calldata;
  const count = BigInt(payload.length);
  const words = [from, contractAddress, nonce, entryPointSelector, count, ...payload];
  const packed = words.map((word) => word.toString(16).padStart(64, '0')).join('');
  return BigInt(`0x${Buffer.from(keccak256(Buffer.from(packed, 'hex'))).toString('hex')}`);
}
