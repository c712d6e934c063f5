import { selector } from '@stackctl/crypto';
import { hashTransaction } from '@stackctl/execution';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CheckedClass, checkClass, packClass } from '../../src/classes/packed-class.ts';
import { decodeProposal, encodeProposal, type Proposal } from '../../src/codec/proposal.ts';
import { createSimulator } from '../../src/execution/simulator.ts';
import { genesisOf } from '../../src/genesis/initialize.ts';
import {
  CHAIN_ID,
  createChain,
  genesisFile,
  SEQUENCER,
  START,
  type TestChain,
  transfer,
} from '../chain-kit.ts';
import { bookshop, variantOf } from './bookshop.ts';
import { checked, declare } from './declares.ts';

const { sierra, casm } = bookshop;
const { classHash, compiledClassHash } = checked;
const NOW = START + 5;
let proposer: TestChain;
let validator: TestChain;
let honest: Uint8Array;

beforeEach(async () => {
  proposer = await createChain();
  validator = await createChain();
  honest = await packClass(checked);
});

const start = ({ ledger }: TestChain, number = 1) =>
  ledger.startBlock({ number, timestamp: NOW, sequencerAddress: SEQUENCER });

async function answerTo(change: (proposal: Proposal) => Partial<Proposal>): Promise<string> {
  const builder = start(proposer);
  expect(builder.add(declare(0), honest)).toMatchObject({ status: 'added' });
  const proposal = decodeProposal(builder.seal().value);
  const value = encodeProposal({ ...proposal, ...change(proposal) });
  const execution = await validator.ledger.execute(value, 1, NOW);
  return execution.status === 'refused' ? execution.reason : 'accepted';
}

describe('declares in blocks', () => {
  it('are executed by others from the proposal alone, and kept with the block', async () => {
    const builder = start(proposer);
    builder.add(declare(0), honest);
    const { value, header, body } = builder.seal();
    expect(body.stateDiff.declaredClasses).toEqual([{ classHash, compiledClassHash }]);
    const executed = await validator.ledger.execute(value, 1, NOW);
    if (executed.status !== 'executed') throw new Error(executed.reason);
    expect(executed.block.header).toEqual(header);
    expect(validator.ledger.classes.casm(classHash)).toBeUndefined();
    await validator.ledger.commit(executed.block, { value, certificate: Uint8Array.of(1) });
    expect(validator.database.writes).toBe(2);
    expect(validator.ledger.classes.casm(classHash)).toEqual(casm);
    expect(validator.registry.get(classHash)).toBeDefined();
    const again = await createChain(validator.database);
    expect(again.ledger.latest().compiledClassHash(classHash)).toBe(compiledClassHash);
    expect(again.registry.get(classHash)).toBeDefined();
    expect(again.ledger.blocks.transactions(1)[0]?.transaction.type).toBe('DECLARE');
  });

  it('are refused without their class, with another one, or one that compiles to something else', async () => {
    expect(await answerTo(() => ({}))).toBe('accepted');
    const other = await packClass(checkClass(variantOf(sierra, 'x'), casm));
    expect(await answerTo(() => ({ classes: [other] }))).toBe('a declare with another class');
    const { bytecode_segment_lengths: _lengths, ...flat } = casm;
    const code = await packClass(checkClass(sierra, flat));
    expect(await answerTo(() => ({ classes: [code] }))).toMatch('compiles to something else');
    expect(await answerTo(() => ({ classes: [Uint8Array.of(1)] }))).toMatch('malformed class');
    expect(start(proposer).add(declare(0))).toMatchObject({
      reason: 'a declare without its class',
    });
  });

  it('name the older Poseidon hash too', async () => {
    const { compiledClassHashPoseidon } = await import('@stackctl/state');
    const older = declare(0, { compiledClassHash: compiledClassHashPoseidon(casm) });
    const builder = start(proposer);
    expect(builder.add(older, honest)).toMatchObject({ status: 'added' });
    const executed = await validator.ledger.execute(builder.seal().value, 1, NOW);
    expect(executed.status).toBe('executed');
  });

  it('of one class with two bodies leave the one that was decided', async () => {
    const fewer: CheckedClass = checkClass(sierra, { ...casm, hints: casm.hints.slice(1) });
    const rival = await packClass(fewer);
    // Both nodes saw both bodies: one was built and thrown away, the other decided.
    for (const chain of [proposer, validator]) {
      const lost = start(chain);
      expect(lost.add(declare(1), rival).status).toBe('added');
      lost.seal();
    }
    const builder = start(proposer);
    expect(builder.add(declare(0), honest).status).toBe('added');
    expect(builder.add(declare(1), rival)).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('CLASS_ALREADY_DECLARED'),
    });
    const { value } = builder.seal();
    const executed = await validator.ledger.execute(value, 1, NOW);
    if (executed.status !== 'executed') throw new Error(executed.reason);
    await validator.ledger.commit(executed.block, { value, certificate: Uint8Array.of(1) });
    expect(validator.ledger.classes.casm(classHash)?.hints).toHaveLength(casm.hints.length);
    expect(validator.registry.get(classHash)?.casm.hints.size).toBe(casm.hints.length);
  });

  it('are run by what looks at their block before it is final, and by nothing else', () => {
    const builder = start(proposer);
    builder.add(declare(0), honest);
    const udc = genesisOf(genesisFile).addresses.udc;
    // deployContract(class hash, salt, from zero, constructor: an empty ByteArray and an address).
    const args = [classHash, 1n, 0n, 4n, 0n, 0n, 0n, 7n];
    const calldata = [1n, udc, selector('deployContract'), BigInt(args.length), ...args];
    const deploy = transfer(0, 1n, { calldata });
    const added = builder.add({ hash: hashTransaction(deploy, CHAIN_ID), transaction: deploy });
    if (added.status !== 'added') throw new Error(JSON.stringify(added));
    expect(added.receipt.revertReason).toBeUndefined();
    const event = added.receipt.events.find(({ fromAddress }) => fromAddress === udc);
    const contractAddress = event?.data[0] ?? 0n;

    const { context: block, state, classes: declared } = builder;
    const simulator = createSimulator({ chainId: CHAIN_ID, classes: proposer.registry });
    const request = { contractAddress, selector: selector('owner'), calldata: [] };
    expect(simulator.call(request, { block, state, declared })).toMatchObject({ result: [7n] });
    expect(simulator.call(request, { block, state })).toHaveProperty('failure');
    expect(proposer.registry.get(classHash)).toBeUndefined();
    expect(declared.get(classHash)?.sierra.sierra_program).toEqual(sierra.sierra_program);
  });

  it('that fail leave no class behind', () => {
    const builder = start(proposer);
    const bad = declare(0, { nonce: 5n });
    expect(builder.add(bad, honest)).toMatchObject({ status: 'rejected' });
    const { transaction } = declare(0);
    const unsigned = { ...transaction, signature: [1n, 2n] };
    const hashed = { hash: hashTransaction(unsigned, CHAIN_ID), transaction: unsigned };
    expect(builder.add(hashed, honest)).toMatchObject({ status: 'rejected' });
    const fine = transfer(1, 0n);
    builder.add({ hash: hashTransaction(fine, CHAIN_ID), transaction: fine });
    const { body, value, puts } = builder.seal();
    expect(body.stateDiff.declaredClasses).toEqual([]);
    expect(decodeProposal(value).classes).toEqual([]);
    expect(puts.filter(([key]) => key.startsWith('c/'))).toEqual([]);
  });
});
