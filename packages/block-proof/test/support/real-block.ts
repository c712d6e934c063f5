import { buildGenesis, classes } from '@stackctl/contracts-l2';
import { publicKey, selector, sign } from '@stackctl/crypto';
import {
  type CallRecord,
  ClassRegistry,
  createBlockExecutor,
  deployedAccountAddress,
  hashTransaction,
  sierraSizeOf,
  sierraVersionOf,
} from '@stackctl/execution';
import { MemoryStore, StateDb, sealHeader } from '@stackctl/state';
import {
  type BlockContext,
  type BlockHeader,
  type DeployAccountTransaction,
  type ExecutedBlock,
  type Felt,
  type HashedTransaction,
  type InvokeTransaction,
  shortString,
} from '@stackctl/types';
import type { ClassFacts } from '../../src/check-inputs.ts';
import { blockCalls } from '../../src/from-execution.ts';
import type { ExecutedCalls, TraceShape } from '../../src/prepare.ts';

/** A call that an account makes. */
export interface AccountCall {
  readonly to: Felt;
  readonly entry: string;
  readonly calldata: readonly Felt[];
}

export interface SampleTransaction {
  readonly account: number;
  readonly calls: readonly AccountCall[];
}

export interface RealBlock {
  readonly header: BlockHeader;
  readonly body: ExecutedBlock;
  readonly calls: ExecutedCalls;
  readonly records: readonly CallRecord[];
}

const chainId = shortString('STACKCTL');
const contracts = Object.values(classes);
const price = { wei: 10n ** 9n, fri: 10n ** 9n };

/** A chain of one process: real genesis, real accounts, real execution, no consensus. */
export function createChain() {
  const genesis = buildGenesis({ chainId, seed: 1, accounts: 4 });
  const store = new MemoryStore();
  const state = new StateDb(store);
  const registry = new ClassRegistry({
    casm: (hash) => contracts.find((contract) => contract.classHash === hash)?.casm,
    sierraVersion: (hash) => {
      const contract = contracts.find(({ classHash }) => classHash === hash);
      return contract === undefined ? undefined : sierraVersionOf(contract.sierra);
    },
    sierraSize: (hash) => {
      const contract = contracts.find(({ classHash }) => classHash === hash);
      return contract === undefined ? undefined : sierraSizeOf(contract.sierra);
    },
  });
  const nonces = new Map<number, bigint>();
  const blocks: RealBlock[] = [];
  const hashOf = (number: number) => blocks[number]?.header.hash;

  function contextOf(number: number): BlockContext {
    return {
      chainId,
      number,
      timestamp: 1_700_000_000 + number,
      sequencerAddress: 0x5e9n,
      gasPrices: { l1Gas: price, l1DataGas: price, l2Gas: price },
      strkFeeToken: genesis.addresses.strk,
      ethFeeToken: genesis.addresses.eth,
      starknetVersion: '0.14.1',
    };
  }

  const bound = { maxAmount: 10n ** 8n, maxPricePerUnit: 2n * 10n ** 9n };
  const common = {
    version: 3n,
    signature: [],
    resourceBounds: { l1Gas: bound, l2Gas: bound, l1DataGas: bound },
    tip: 0n,
    paymasterData: [],
    nonceDataAvailabilityMode: 'L1',
    feeDataAvailabilityMode: 'L1',
  } as const;

  function withSignature<T extends InvokeTransaction | DeployAccountTransaction>(
    unsigned: T,
    privateKey: Felt,
  ): HashedTransaction {
    const hash = hashTransaction(unsigned, chainId);
    const { r, s } = sign(privateKey, hash);
    return { hash, transaction: { ...unsigned, signature: [r, s] } };
  }

  /** A transaction that deploys an account with this key, and the account's address (to be funded). */
  function deployAccount(privateKey: Felt) {
    const unsigned: DeployAccountTransaction = {
      ...common,
      type: 'DEPLOY_ACCOUNT',
      nonce: 0n,
      classHash: classes.account.classHash,
      contractAddressSalt: 7n,
      constructorCalldata: [publicKey(privateKey)],
    };
    return {
      address: deployedAccountAddress(unsigned),
      transaction: withSignature(unsigned, privateKey),
    };
  }

  function signed({ account, calls }: SampleTransaction): HashedTransaction {
    const signer = genesis.accounts[account];
    if (signer === undefined) throw new RangeError(`no account ${account}`);
    const nonce = nonces.get(account) ?? 0n;
    nonces.set(account, nonce + 1n);
    const unsigned: InvokeTransaction = {
      ...common,
      type: 'INVOKE',
      senderAddress: signer.address,
      nonce,
      accountDeploymentData: [],
      calldata: [
        BigInt(calls.length),
        ...calls.flatMap(({ to, entry, calldata }) => [
          to,
          selector(entry),
          BigInt(calldata.length),
          ...calldata,
        ]),
      ],
    };
    return withSignature(unsigned, signer.privateKey);
  }

  /** Writes the block's state and seals its header. */
  function seal(context: BlockContext, body: ExecutedBlock, records: CallRecord[]): RealBlock {
    const update = state.apply(body.stateDiff, context.number);
    store.write(update.puts);
    const parentHash = hashOf(context.number - 1) ?? 0n;
    const header = sealHeader(context, parentHash, update.stateRoot, body);
    const traces = body.traces.map(({ revertReason, execute, ...trace }) => ({
      ...trace,
      // As over RPC: a reverted main call is only its reason.
      ...(revertReason === undefined && execute !== undefined ? { execute } : {}),
    }));
    const transactionHashes = body.transactions.map(({ hash }) => hash);
    const calls: ExecutedCalls = {
      facts: { chainId, header, transactionHashes, transactions: body.transactions, traces },
      ...blockCalls(records, body.traces),
    };
    const block = { header, body, calls, records };
    blocks.push(block);
    return block;
  }

  /** Executes and seals the next block; with `skipValidate` as if its accounts were impersonated. */
  function next(
    sample: ReadonlyArray<SampleTransaction | HashedTransaction>,
    flags: { readonly skipValidate?: boolean } = {},
  ): RealBlock {
    const context = contextOf(blocks.length);
    const records: CallRecord[] = [];
    const executor = createBlockExecutor({
      context,
      state: state.reader('latest'),
      classes: registry,
      blockHash: hashOf,
      onCall: (record) => records.push(record),
    });
    for (const transaction of sample) {
      const hashed = 'hash' in transaction ? transaction : signed(transaction);
      const outcome = executor.execute(hashed, flags);
      if ('rejected' in outcome) throw new Error(outcome.rejected.message);
    }
    return seal(context, executor.finish(), records);
  }

  const nothing = { storage: [], nonces: [], classHashes: [], compiledClassHashes: [] };
  seal(
    contextOf(0),
    {
      transactions: [],
      receipts: [],
      traces: [],
      stateDiff: genesis.stateDiff,
      witness: nothing,
    },
    [],
  );
  const lookup = (classHash: Felt) => registry.get(classHash)?.casm;
  return {
    chainId,
    genesis,
    registry,
    state,
    next,
    deployAccount,
    lookup,
    blocks: blocks as readonly RealBlock[],
  };
}

/** What the chain's state says of the contracts that it starts with. */
export const known: ClassFacts = {
  casm: (hash) => contracts.find(({ classHash }) => classHash === hash)?.casm,
  compiledClassHash: (hash) =>
    contracts.find(({ classHash }) => classHash === hash)?.compiledClassHash,
};

/** Rows that hold the steps: any rule will do for tests without a prover. */
export const shapeOf = ({ steps }: { readonly steps: number }): TraceShape => ({
  layout: 'full',
  logSteps: Math.max(4, Math.ceil(Math.log2(steps))),
});

/** One transaction of each kind, a multicall, and one that reverts. */
export function mixedSample(addresses: {
  readonly fibonacci: Felt;
  readonly factorial: Felt;
  readonly strk: Felt;
}): SampleTransaction[] {
  const { fibonacci, factorial, strk } = addresses;
  const record = (to: Felt, n: bigint): AccountCall => ({ to, entry: 'record', calldata: [n] });
  return [
    { account: 0, calls: [record(fibonacci, 30n)] },
    { account: 1, calls: [record(factorial, 12n)] },
    { account: 2, calls: [{ to: strk, entry: 'transfer', calldata: [0xbeefn, 1000n, 0n] }] },
    { account: 3, calls: [record(fibonacci, 2n ** 40n)] }, // n out of range: reverts
    { account: 0, calls: [record(fibonacci, 3n), record(factorial, 4n)] },
  ];
}
