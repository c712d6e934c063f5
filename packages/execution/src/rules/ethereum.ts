/**
 * Gas on Ethereum of what a transaction makes the Starknet contract and the prover's registry do
 * there, as the protocol estimates it. (Ethereum's own prices: Yellow Paper, appendix G; EIP-4844;
 * EIP-2929.)
 */

/** A word of 32 non-zero bytes of calldata, 16 gas each. */
const GAS_PER_CALLDATA_WORD = 512n;
/** Estimate of what the registry spends on a word of output beside its calldata. */
const GAS_PER_REGISTERED_WORD = 100n;
/** A storage cell set from zero. */
const GAS_PER_STORAGE_SET = 20_000n;
/** A counter lowered: cold access and change to another value that is not zero. */
const GAS_PER_COUNTER_DECREASE = 2_100n + 2_900n;
const GAS_PER_LOG = 375n;
const GAS_PER_LOG_TOPIC = 375n;
const GAS_PER_LOG_WORD = 256n;

/** 2^17 gas a blob of 4,096 field elements. */
export const DATA_GAS_PER_FELT = 32n;

/** Felts in front of the payload in the output of a block: from, to, length. */
const TO_L1_HEADER = 3n;
/** From, to, nonce, selector, length. */
const TO_L2_HEADER = 5n;
/** Besides the topic that names the event: from and to. */
const LOG_TO_L1_TOPICS = 2n;
/** From, to and selector. */
const CONSUMED_TO_L2_TOPICS = 3n;

/**
 * L1 gas of the messages that a transaction sends, and of the one that it handles.
 *
 * `toL1`: payload felts of each message to L1. `handled`: payload felts (calldata without the sender)
 * of the message that an L1_HANDLER consumes.
 */
export function messagesL1Gas(toL1: readonly number[], handled?: number): bigint {
  let words = 0n;
  let gas = 0n;
  for (const payload of toL1) {
    const felts = BigInt(payload);
    words += TO_L1_HEADER + felts;
    gas += GAS_PER_STORAGE_SET + logGas(LOG_TO_L1_TOPICS, TO_L1_HEADER, felts);
  }
  if (handled !== undefined) {
    const felts = BigInt(handled);
    words += TO_L2_HEADER + felts;
    gas += GAS_PER_COUNTER_DECREASE + logGas(CONSUMED_TO_L2_TOPICS, TO_L2_HEADER, felts);
  }
  // Once as calldata of the state update, once as output of the proof.
  return gas + words * (2n * GAS_PER_CALLDATA_WORD + GAS_PER_REGISTERED_WORD);
}

/** The event of a message: header fields that are no topics, and the payload with its offset. */
function logGas(topics: bigint, header: bigint, payload: bigint): bigint {
  const words = header + 1n - topics + payload;
  return GAS_PER_LOG + (topics + 1n) * GAS_PER_LOG_TOPIC + words * GAS_PER_LOG_WORD;
}
