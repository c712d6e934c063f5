import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WELL_KNOWN } from '@stackctl/contracts-l2';
import { contractAddress, selector, sign } from '@stackctl/crypto';
import { hashTransaction } from '@stackctl/execution';
import { classHash, compiledClassHash } from '@stackctl/state';
import {
  type CasmClassJson,
  type Felt,
  feltToHex,
  type InvokeTransaction,
  type SierraClassJson,
} from '@stackctl/types';
import { type Account, type CompiledSierra, RpcError } from 'starknet';
import { createTestNet, type TestNet, type TestNode } from '../harness.ts';
import { accountOf } from '../starknet-js.ts';

const SALT = 7n;
const DEPLOY = selector('deploy_contract');
const PRICE = 2_000_000_000n;
/** L1 gas, L1 data gas and L2 gas of every transaction. */
const amounts = (l2Gas: bigint) => [10_000n, 100_000n, l2Gas] as const;
/** Pays for the dearest class. */
const DECLARE_GAS = 8_000_000_000n;
const DEPLOY_GAS = 100_000_000n;

/** An account with its next nonce. */
export interface Sender {
  readonly account: Account;
  readonly address: Felt;
  readonly privateKey: Felt;
  nonce: bigint;
}

/** Four validators; the first is given every class that is `offered`, in its artifact folder. */
export interface ClassNet {
  readonly net: TestNet;
  readonly nodes: readonly TestNode[];
  senders(count: number): Promise<Sender[]>;
  /**
   * Sends a declare, and the deployment by the UDC behind it. Gives the address; the message when the
   * class was refused, by an error of the specification.
   */
  put(from: Sender, sierra: SierraClassJson, casm: CasmClassJson): Promise<bigint | string>;
  /** Sends a call; its transaction hash. */
  invoke(
    from: Sender,
    to: bigint,
    selector: bigint,
    calldata: readonly bigint[],
    l2Gas: bigint,
  ): Promise<string>;
  close(): Promise<void>;
}

/** Where `put` will have a class deployed. */
export function addressOf(sierra: SierraClassJson): bigint {
  return contractAddress({
    salt: SALT,
    classHash: classHash(sierra),
    constructorCalldata: [],
    deployer: 0n,
  });
}

export async function createClassNet(): Promise<ClassNet> {
  const folder = mkdtempSync(join(tmpdir(), 'stackctl-fuzz-'));
  const net = await createTestNet({ validators: 4, blockTimeMs: 100, emptyBlockTimeMs: 500 });
  const PATH = '/bin:/usr/bin';
  const nodes = await Promise.all([
    net.start(0, { PATH, ARTIFACTS_DIRS: folder }),
    ...[1, 2, 3].map((index) => net.start(index, { PATH })),
  ]);
  const first = nodes[0] as TestNode;
  let count = 0;

  const chainId = await first.rpc.starknet_chainId();

  const invoke: ClassNet['invoke'] = async (from, to, entry, calldata, l2Gas) => {
    const [l1, data, l2] = amounts(l2Gas);
    const bound = (maxAmount: bigint) => ({ maxAmount, maxPricePerUnit: PRICE });
    const unsigned: InvokeTransaction = {
      type: 'INVOKE',
      version: 3n,
      senderAddress: from.address,
      calldata: [1n, to, entry, BigInt(calldata.length), ...calldata],
      signature: [],
      nonce: from.nonce,
      resourceBounds: { l1Gas: bound(l1), l1DataGas: bound(data), l2Gas: bound(l2) },
      tip: 0n,
      paymasterData: [],
      accountDeploymentData: [],
      nonceDataAvailabilityMode: 'L1',
      feeDataAvailabilityMode: 'L1',
    };
    const { r, s } = sign(from.privateKey, hashTransaction(unsigned, chainId));
    const invoke_transaction = { ...unsigned, signature: [r, s] };
    const sent = await first.rpc.starknet_addInvokeTransaction({ invoke_transaction });
    from.nonce += 1n;
    return feltToHex(sent.transactionHash);
  };

  return {
    net,
    nodes,
    async senders(wanted) {
      const known = await first.rpc.devnet_getPredeployedAccounts();
      const made = known.slice(0, wanted).map(async ({ address, privateKey }, index) => ({
        account: await accountOf(first, index),
        address,
        privateKey,
        nonce: 0n,
      }));
      return Promise.all(made);
    },
    async put(from, sierra, casm) {
      const name = join(folder, `class${count++}`);
      writeFileSync(`${name}.contract_class.json`, JSON.stringify(sierra));
      writeFileSync(`${name}.compiled_contract_class.json`, JSON.stringify(casm));
      const [l1, data, l2] = amounts(DECLARE_GAS);
      try {
        await from.account.declare(
          {
            contract: sierra as unknown as CompiledSierra,
            classHash: feltToHex(classHash(sierra)),
            compiledClassHash: feltToHex(compiledClassHash(casm)),
          },
          {
            resourceBounds: {
              l1_gas: { max_amount: l1, max_price_per_unit: PRICE },
              l1_data_gas: { max_amount: data, max_price_per_unit: PRICE },
              l2_gas: { max_amount: l2, max_price_per_unit: PRICE },
            },
            nonce: from.nonce,
            tip: 0n,
          },
        );
      } catch (error) {
        if (!(error instanceof RpcError) || Number(error.code) === -32603) throw error;
        return error.message;
      }
      from.nonce += 1n;
      const deploy = [classHash(sierra), SALT, 0n, 0n];
      await invoke(from, WELL_KNOWN.udc, DEPLOY, deploy, DEPLOY_GAS);
      return addressOf(sierra);
    },
    invoke,
    async close() {
      await net.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
