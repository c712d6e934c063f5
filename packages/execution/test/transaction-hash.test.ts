import { type Felt, feltToHex, PRIME, shortString } from '@stackctl/types';
import fc from 'fast-check';
import { hash as reference } from 'starknet';
import { describe, expect, it } from 'vitest';
import { deployedAccountAddress, hashTransaction } from '../src/index.ts';

// Hashes of starknet.js, computed by code that shares nothing with ours, are the reference.

const felt = fc.bigInt({ min: 0n, max: PRIME - 1n });
const felts = fc.array(felt, { maxLength: 6 });
const bound = fc.record({
  maxAmount: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  maxPricePerUnit: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
});
const mode = fc.constantFrom('L1' as const, 'L2' as const);
const common = fc.record({
  version: fc.constantFrom(3n, 2n ** 128n + 3n),
  nonce: felt,
  resourceBounds: fc.record({ l1Gas: bound, l2Gas: bound, l1DataGas: bound }),
  tip: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  paymasterData: felts,
  nonceDataAvailabilityMode: mode,
  feeDataAvailabilityMode: mode,
});
type Common = typeof common extends fc.Arbitrary<infer T> ? T : never;
const CHAIN_ID = shortString('STACKCTL');
const RUNS = { numRuns: 40 };

/** Fields as starknet.js takes them; its chain ids are an enumeration only for the compiler. */
function referenceFields(fields: Common) {
  const bounds = ({ maxAmount, maxPricePerUnit }: Common['resourceBounds']['l1Gas']) => ({
    max_amount: maxAmount,
    max_price_per_unit: maxPricePerUnit,
  });
  const { l1Gas, l2Gas, l1DataGas } = fields.resourceBounds;
  return {
    version: feltToHex(fields.version) as '0x3',
    chainId: feltToHex(CHAIN_ID) as never,
    nonce: fields.nonce,
    tip: fields.tip,
    paymasterData: fields.paymasterData,
    nonceDataAvailabilityMode: fields.nonceDataAvailabilityMode === 'L1' ? 0 : 1,
    feeDataAvailabilityMode: fields.feeDataAvailabilityMode === 'L1' ? 0 : 1,
    resourceBounds: {
      l1_gas: bounds(l1Gas),
      l2_gas: bounds(l2Gas),
      l1_data_gas: bounds(l1DataGas),
    },
  };
}

const hex = (values: readonly Felt[]) => values.map(feltToHex);

describe('hashTransaction gives what starknet.js signs', () => {
  it('INVOKE', () => {
    fc.assert(
      fc.property(
        common,
        felt,
        felts,
        felts,
        felts,
        (fields, sender, calldata, deployment, facts) => {
          const ours = hashTransaction(
            {
              type: 'INVOKE',
              ...fields,
              signature: [1n],
              senderAddress: sender,
              calldata,
              accountDeploymentData: deployment,
              proofFacts: facts,
            },
            CHAIN_ID,
          );
          const theirs = reference.calculateInvokeTransactionHash({
            ...referenceFields(fields),
            senderAddress: feltToHex(sender),
            compiledCalldata: hex(calldata),
            accountDeploymentData: deployment,
            proofFacts: facts,
          } as never);
          expect(feltToHex(ours)).toBe(theirs);
        },
      ),
      RUNS,
    );
  });

  it('DECLARE', () => {
    fc.assert(
      fc.property(
        common,
        felt,
        felt,
        felt,
        felts,
        (fields, sender, classHash, compiled, deployment) => {
          const ours = hashTransaction(
            {
              type: 'DECLARE',
              ...fields,
              signature: [],
              senderAddress: sender,
              classHash,
              compiledClassHash: compiled,
              accountDeploymentData: deployment,
            },
            CHAIN_ID,
          );
          const theirs = reference.calculateDeclareTransactionHash({
            ...referenceFields(fields),
            classHash: feltToHex(classHash),
            compiledClassHash: feltToHex(compiled),
            senderAddress: feltToHex(sender),
            accountDeploymentData: deployment,
          } as never);
          expect(feltToHex(ours)).toBe(theirs);
        },
      ),
      RUNS,
    );
  });

  it('DEPLOY_ACCOUNT, and its address', () => {
    fc.assert(
      fc.property(common, felt, felt, felts, (fields, classHash, salt, calldata) => {
        const transaction = {
          type: 'DEPLOY_ACCOUNT',
          ...fields,
          signature: [],
          classHash,
          contractAddressSalt: salt,
          constructorCalldata: calldata,
        } as const;
        const address = reference.calculateContractAddressFromHash(salt, classHash, calldata, 0n);
        expect(feltToHex(deployedAccountAddress(transaction))).toBe(address);
        const theirs = reference.calculateDeployAccountTransactionHash({
          ...referenceFields(fields),
          contractAddress: address,
          classHash: feltToHex(classHash),
          constructorCalldata: calldata,
          compiledConstructorCalldata: hex(calldata),
          salt: feltToHex(salt),
        } as never);
        expect(feltToHex(hashTransaction(transaction, CHAIN_ID))).toBe(theirs);
      }),
      RUNS,
    );
  });

  it('L1_HANDLER', () => {
    fc.assert(
      fc.property(felt, felt, felt, felts, felt, (from, to, selector, payload, nonce) => {
        const ours = hashTransaction(
          {
            type: 'L1_HANDLER',
            version: 0n,
            nonce,
            contractAddress: to,
            entryPointSelector: selector,
            calldata: [from, ...payload],
          },
          CHAIN_ID,
        );
        const theirs = reference.calculateL2MessageTxHash(
          feltToHex(from),
          feltToHex(to),
          feltToHex(selector),
          hex(payload),
          feltToHex(CHAIN_ID) as never,
          feltToHex(nonce),
        );
        expect(feltToHex(ours)).toBe(theirs);
      }),
      RUNS,
    );
  });
});
