import { selector, sign } from '@stackctl/crypto';
import { createBlockExecutor, hashTransaction, sierraVersionOf } from '@stackctl/execution';
import {
  type AccountTransaction,
  type BlockContext,
  type CallTrace,
  type Felt,
  type InvokeTransaction,
  type Receipt,
  type StateDiff,
  type StateReader,
  shortString,
} from '@stackctl/types';
import { buildGenesis, type GenesisAccount, WELL_KNOWN } from '../../src/index.ts';

export const CHAIN_ID = shortString('STACKCTL');
/** Fees are charged but do not get in the way of the balances under test: prices are as low as can be. */
const PRICE = { wei: 1n, fri: 1n };

export interface Call {
  readonly to: Felt;
  readonly name: string;
  readonly calldata: readonly Felt[];
}

/** What became of a transaction: its receipt, and what its calls returned or why it reverted. */
export interface Outcome {
  readonly receipt: Receipt;
  readonly execute: CallTrace | undefined;
}

function readerOf(diff: StateDiff): StateReader {
  const storage = new Map(
    diff.storage.flatMap(({ address, entries }) =>
      entries.map(({ key, value }): [string, Felt] => [`${address}/${key}`, value]),
    ),
  );
  const deployed = new Map(diff.deployedContracts.map((c) => [c.address, c.classHash]));
  const declared = new Map(diff.declaredClasses.map((c) => [c.classHash, c.compiledClassHash]));
  return {
    storageAt: (address, key) => storage.get(`${address}/${key}`) ?? 0n,
    nonceAt: () => 0n,
    classHashAt: (address) => deployed.get(address) ?? 0n,
    compiledClassHash: (classHash) => declared.get(classHash) ?? 0n,
  };
}

/** Genesis with one block on top, in which tests run signed transactions. */
export function testChain() {
  const genesis = buildGenesis({ chainId: CHAIN_ID, seed: 'test', accounts: 3 });
  const byHash = new Map(genesis.classes.map((each) => [each.classHash, each]));
  const context: BlockContext = {
    chainId: CHAIN_ID,
    number: 1,
    timestamp: 1_700_000_000,
    sequencerAddress: 0x5e9n,
    gasPrices: { l1Gas: PRICE, l1DataGas: PRICE, l2Gas: PRICE },
    strkFeeToken: WELL_KNOWN.strk,
    ethFeeToken: WELL_KNOWN.eth,
    starknetVersion: '0.14.1',
  };
  const executor = createBlockExecutor({
    context,
    state: readerOf(genesis.stateDiff),
    classes: {
      casm: (classHash) => byHash.get(classHash)?.casm,
      sierraVersion: (classHash) => {
        const declared = byHash.get(classHash);
        return declared && sierraVersionOf(declared.sierra);
      },
    },
    blockHash: () => undefined,
  });

  const common = (nonce: Felt) => ({
    version: 3n,
    nonce,
    resourceBounds: {
      l1Gas: { maxAmount: 100_000n, maxPricePerUnit: 1n },
      l2Gas: { maxAmount: 100_000_000n, maxPricePerUnit: 1n },
      l1DataGas: { maxAmount: 100_000n, maxPricePerUnit: 1n },
    },
    tip: 0n,
    paymasterData: [],
    nonceDataAvailabilityMode: 'L1' as const,
    feeDataAvailabilityMode: 'L1' as const,
  });
  const signed = (unsigned: AccountTransaction, privateKey: Felt): AccountTransaction => {
    const { r, s } = sign(privateKey, hashTransaction(unsigned, CHAIN_ID));
    return { ...unsigned, signature: [r, s] };
  };

  /** Executes as is; rejections are thrown with their message. */
  const submit = (transaction: AccountTransaction): Outcome => {
    const outcome = executor.execute({ hash: hashTransaction(transaction, CHAIN_ID), transaction });
    if ('rejected' in outcome)
      throw new Error(`${outcome.rejected.code}: ${outcome.rejected.message}`);
    return { receipt: outcome.receipt, execute: outcome.trace.execute };
  };

  const invocation = (account: GenesisAccount, calldata: readonly Felt[]): InvokeTransaction => ({
    type: 'INVOKE',
    ...common(executor.state.nonceAt(account.address)),
    senderAddress: account.address,
    calldata,
    accountDeploymentData: [],
    signature: [],
  });

  return {
    genesis,
    submit,
    signed,
    common,
    /** Unsigned, with the account's next nonce. */
    invocation,
    /** A signed multicall. */
    execute: (account: GenesisAccount, ...calls: readonly Call[]): Outcome => {
      const calldata = calls.flatMap(({ to, name, calldata: args }) => [
        to,
        selector(name),
        BigInt(args.length),
        ...args,
      ]);
      const unsigned = invocation(account, [BigInt(calls.length), ...calldata]);
      return submit(signed(unsigned, account.privateKey));
    },
    state: executor.state,
  };
}

/** What the calls of a successful multicall returned. */
export function resultsOf(outcome: Outcome): ReadonlyArray<readonly Felt[]> {
  if (outcome.receipt.status !== 'SUCCEEDED') throw new Error(outcome.receipt.revertReason);
  const [count = 0n, ...rest] = outcome.execute?.result ?? [];
  const results: Felt[][] = [];
  for (let i = 0n; i < count; i += 1n) {
    const length = Number(rest.shift() ?? 0n);
    results.push(rest.splice(0, length));
  }
  return results;
}
