import { classes as compiled } from '@stackctl/contracts-l2';
import { publicKey, selector, sign } from '@stackctl/crypto';
import {
  type AccountTransaction,
  type DeclareTransaction,
  type DeployAccountTransaction,
  type Felt,
  type HashedTransaction,
  type L1HandlerTransaction,
  type StateReader,
  shortString,
} from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import {
  balanceKey,
  type ClassProvider,
  createBlockExecutor,
  deployedAccountAddress,
  hashTransaction,
  type TransactionOutcome,
  validateForMempool,
} from '../src/index.ts';
import { classOf, returnCalldata } from './helpers/casm.ts';
import {
  BOUNDS,
  blockContext,
  CHAIN_ID,
  genesis,
  genesisState,
  invoke,
  registry,
} from './helpers/chain.ts';

const [alice] = genesis.accounts as [(typeof genesis.accounts)[number]];
const { strk, udc } = genesis.addresses;

const COMMON = {
  version: 3n,
  signature: [] as Felt[],
  nonce: 0n,
  resourceBounds: BOUNDS,
  tip: 0n,
  paymasterData: [],
  nonceDataAvailabilityMode: 'L1',
  feeDataAvailabilityMode: 'L1',
} as const;

function signed<T extends AccountTransaction>(transaction: T, privateKey: bigint) {
  const hash = hashTransaction(transaction, CHAIN_ID);
  const { r, s } = sign(privateKey, hash);
  return { hash, transaction: { ...transaction, signature: [r, s] } };
}

function blockOn(state: StateReader, classes: ClassProvider = registry.provider) {
  return createBlockExecutor({
    context: blockContext(),
    state,
    classes,
    blockHash: () => undefined,
  });
}

function included(outcome: TransactionOutcome) {
  if ('rejected' in outcome)
    throw new Error(`${outcome.rejected.code}: ${outcome.rejected.message}`);
  return outcome;
}

const codeOf = (outcome: TransactionOutcome) =>
  'rejected' in outcome ? outcome.rejected.code : 'included';

describe('DEPLOY_ACCOUNT', () => {
  const privateKey = 0x1234_5678n;
  const key = publicKey(privateKey);
  const deployment: DeployAccountTransaction = {
    ...COMMON,
    type: 'DEPLOY_ACCOUNT',
    contractAddressSalt: key,
    constructorCalldata: [key],
    classHash: compiled.account.classHash,
  };
  const address = deployedAccountAddress(deployment);
  const funded = () => {
    const state = genesisState();
    state.setStorage(strk, balanceKey(address), 10n ** 20n);
    return state;
  };

  it('deploys the account, which then transacts', () => {
    const block = blockOn(funded());
    const { receipt, trace } = included(block.execute(signed(deployment, privateKey)));
    expect(receipt).toMatchObject({ status: 'SUCCEEDED', contractAddress: address });
    expect(block.state.classHashAt(address)).toBe(compiled.account.classHash);
    expect(block.state.nonceAt(address)).toBe(1n);
    expect(trace.execute?.entryPointType).toBe('CONSTRUCTOR');
    expect(trace.validate?.selector).toBe(selector('__validate_deploy__'));
    expect(trace.stateDiff.deployedContracts).toEqual([
      { address, classHash: compiled.account.classHash },
    ]);
    const owner = { ...alice, address, privateKey };
    expect(included(block.execute(invoke(owner, 1n, []))).receipt.status).toBe('SUCCEEDED');
    expect(codeOf(block.execute(signed(deployment, privateKey)))).toBe('INVALID_TRANSACTION_NONCE');
  });

  it.each([
    [
      'without money',
      signed(deployment, privateKey),
      genesisState(),
      'INSUFFICIENT_ACCOUNT_BALANCE',
    ],
    ['with the wrong key', signed(deployment, privateKey + 1n), funded(), 'VALIDATION_FAILURE'],
  ] as const)('%s is rejected', (_name, transaction, state, code) => {
    const block = blockOn(state);
    expect(codeOf(block.execute(transaction))).toBe(code);
    expect(block.state.classHashAt(address)).toBe(0n);
    const options = { block: blockContext(), state, classes: registry };
    expect(validateForMempool(transaction, options)?.code).toBe(code);
  });

  it('of a class that is not declared, or with bad calldata, is rejected', () => {
    const other = { ...deployment, classHash: 0x99n };
    const state = funded();
    state.setStorage(strk, balanceKey(deployedAccountAddress(other)), 10n ** 20n);
    expect(codeOf(blockOn(state).execute(signed(other, privateKey)))).toBe('CLASS_HASH_NOT_FOUND');
    const bad = { ...deployment, constructorCalldata: [] };
    state.setStorage(strk, balanceKey(deployedAccountAddress(bad)), 10n ** 20n);
    expect(codeOf(blockOn(state).execute(signed(bad, privateKey)))).toBe('VALIDATION_FAILURE');
  });
});

describe('DECLARE', () => {
  const SIERRA = { program: 321, abi: 1_234 };
  const newClass = { hash: 0xc1a55n, compiled: 0xc0dedn };
  const json = classOf(returnCalldata, [selector('run')]);
  const classes: ClassProvider = {
    casm: (hash) => (hash === newClass.hash ? json : registry.provider.casm(hash)),
    sierraSize: (hash) => (hash === newClass.hash ? SIERRA : registry.provider.sierraSize?.(hash)),
    compiledClassHash: (hash) => (hash === newClass.hash ? newClass.compiled : undefined),
  };
  const declaration: DeclareTransaction = {
    ...COMMON,
    type: 'DECLARE',
    senderAddress: alice.address,
    classHash: newClass.hash,
    compiledClassHash: newClass.compiled,
    accountDeploymentData: [],
  };

  it('makes the class known; deployed through the deployer it can be called', () => {
    const block = blockOn(genesisState(), classes);
    const { receipt, trace } = included(block.execute(signed(declaration, alice.privateKey)));
    expect(receipt.status).toBe('SUCCEEDED');
    // 1,280 gas a byte of code and 5,120 a felt of signature; the rest is steps, in units of 40,000.
    const bytes = BigInt((json.bytecode.length + SIERRA.program) * 32 + SIERRA.abi);
    const steps = receipt.gas.l2Gas - bytes * 1_280n - 2n * 5_120n;
    expect(steps % 40_000n).toBe(0n);
    // The operating system's 3,523; 6 felts published (nonce, balance, class): 6 * 113 + 3 * 18 + 21.
    // The validation's own, and a few hundred for its syscalls.
    const least = 3_523 + 753 + (trace.validate?.steps ?? 0);
    expect(steps).toBeGreaterThanOrEqual(BigInt(Math.ceil(least / 400)) * 40_000n);
    expect(steps).toBeLessThanOrEqual(BigInt(Math.ceil((least + 400) / 400)) * 40_000n);
    expect(receipt.gas.l1DataGas).toBe(6n * 32n);
    expect(trace.stateDiff.declaredClasses).toEqual([
      { classHash: newClass.hash, compiledClassHash: newClass.compiled },
    ]);
    const deploy = { to: udc, name: 'deployContract', calldata: [newClass.hash, 7n, 0n, 0n] };
    const deployed = included(block.execute(invoke(alice, 1n, [deploy])));
    expect(deployed.receipt.status).toBe('SUCCEEDED');
    const [contract] = deployed.trace.stateDiff.deployedContracts;
    expect(contract?.classHash).toBe(newClass.hash);
    const event = deployed.receipt.events.find(({ fromAddress }) => fromAddress === udc);
    expect(event?.keys[0]).toBe(selector('ContractDeployed'));
    expect(event?.data[0]).toBe(contract?.address);
    const run = { to: contract?.address ?? 0n, name: 'run', calldata: [5n, 6n] };
    const ran = included(block.execute(invoke(alice, 2n, [run])));
    expect(ran.trace.execute?.calls[0]?.result).toEqual([5n, 6n]);
    // The same salt again is the same address, which is taken.
    const again = included(block.execute(invoke(alice, 3n, [deploy])));
    expect(again.receipt.revertReason).toMatch(/taken/);
  });

  it.each([
    ['again', { classHash: compiled.erc20.classHash }, 'CLASS_ALREADY_DECLARED'],
    ['of unknown code', { classHash: 0x123n }, 'CLASS_HASH_NOT_FOUND'],
    ['with another compiled class hash', { compiledClassHash: 5n }, 'COMPILED_CLASS_HASH_MISMATCH'],
    ['with no compiled class hash', { compiledClassHash: 0n }, 'COMPILED_CLASS_HASH_MISMATCH'],
  ])('%s is rejected', (_name, change, code) => {
    const block = blockOn(genesisState(), classes);
    const transaction = signed({ ...declaration, ...change }, alice.privateKey);
    expect(codeOf(block.execute(transaction))).toBe(code);
    expect(block.state.nonceAt(alice.address)).toBe(0n);
  });

  it('with a signature of somebody else is rejected', () => {
    const block = blockOn(genesisState(), classes);
    expect(codeOf(block.execute(signed(declaration, 5n)))).toBe('VALIDATION_FAILURE');
  });
});

describe('L1_HANDLER', () => {
  const CLASS = 0x11n;
  const ADDRESS = 0x4444n;
  const json = classOf(returnCalldata, [selector('handle')], { type: 'L1_HANDLER' });
  const classes: ClassProvider = {
    casm: (hash) => (hash === CLASS ? json : registry.provider.casm(hash)),
  };
  const message = (name: string, payload = [shortString('hello')]): HashedTransaction => {
    const transaction: L1HandlerTransaction = {
      type: 'L1_HANDLER',
      version: 0n,
      nonce: 3n,
      contractAddress: ADDRESS,
      entryPointSelector: selector(name),
      calldata: [0xe7n, ...payload],
    };
    return { hash: hashTransaction(transaction, CHAIN_ID), transaction };
  };
  const state = () => {
    const world = genesisState();
    world.setClassHash(ADDRESS, CLASS);
    world.setCompiledClassHash(CLASS, 1n);
    return world;
  };

  it('runs the handler, free of charge and of nonces', () => {
    const block = blockOn(state(), classes);
    const { receipt, trace } = included(block.execute(message('handle')));
    expect(receipt).toMatchObject({ status: 'SUCCEEDED', actualFee: 0n });
    expect(trace.execute).toMatchObject({ callerAddress: 0n, entryPointType: 'L1_HANDLER' });
    expect(block.finish().stateDiff.nonces).toEqual([]);
  });

  it('reverts when it uses more than a handler may, and costs what any handler does', () => {
    const felts = (length: number) => Array.from({ length }, () => 1n);
    // 13,263 L1 gas for a message and 1,380 a felt: 40,000 are enough for 19 felts.
    const block = blockOn(state(), classes);
    expect(included(block.execute(message('handle', felts(19)))).receipt).toMatchObject({
      status: 'SUCCEEDED',
      gas: { l1Gas: 13_263n + 19n * 1_380n },
    });
    const { receipt, trace } = included(block.execute(message('handle', felts(20))));
    expect(receipt.revertReason).toMatch(/Insufficient max L1Gas: max amount: 40000/);
    expect(trace.execute).toBeUndefined();
    // 1,315 steps, 13 a felt and 21: 4 units of 40,000; 5,120 a felt.
    expect(receipt.gas).toEqual({
      l1Gas: 13_263n + 20n * 1_380n,
      l1DataGas: 0n,
      l2Gas: 160_000n + 20n * 5_120n,
    });
  });

  it('is included as reverted when there is no handler or no contract', () => {
    const block = blockOn(state(), classes);
    expect(included(block.execute(message('other'))).receipt.revertReason).toMatch(
      /ENTRYPOINT_NOT_FOUND/,
    );
    const nowhere = blockOn(genesisState());
    expect(included(nowhere.execute(message('handle'))).receipt.revertReason).toMatch(
      /not deployed/,
    );
  });
});
