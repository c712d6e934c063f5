import { StackError } from '@stackctl/types';
import {
  BrowserProvider,
  ContractFactory,
  type Eip1193Provider,
  getCreateAddress,
  Wallet,
  ZeroAddress,
} from 'ethers';
import { type ContractName, compiledContract } from './contracts.ts';

/** Addresses of one deployment. */
export interface L1Addresses {
  readonly factRegistry: string;
  readonly rollup: string;
  readonly strk: string;
  readonly eth: string;
}

/** Deployment order: the deployer's nonce of each contract, and so its address. */
const ORDER = ['factRegistry', 'rollup', 'strk', 'eth'] as const satisfies ReadonlyArray<
  keyof L1Addresses
>;

/** The block that the rollup accepts from the start. */
export interface AcceptedBlock {
  readonly number: number;
  readonly hash: bigint;
  readonly stateRoot: bigint;
}

export interface DeployOptions {
  /** Hex private key of an account that has sent nothing else. */
  readonly deployerKey: string;
  /** Who may submit state updates. */
  readonly operator: string;
  /** Chain id of the rollup, as its transactions carry it. */
  readonly l2ChainId: bigint;
  /** The block to start from; without it the chain is empty (block number -1). */
  readonly genesis?: AcceptedBlock;
  /** Who may register facts; nobody unless told. */
  readonly verifier?: string;
  /** Owner of the tokens, who mints; the deployer unless told. */
  readonly tokenOwner?: string;
  /** Who holds tokens from the start, and how much each has of each token. */
  readonly holders?: readonly string[];
  readonly holding?: bigint;
}

/** Where a deployer's contracts stand, known before they are deployed. */
export function computeAddresses(deployer: string): L1Addresses {
  const [factRegistry, rollup, strk, eth] = ORDER.map((_, nonce) =>
    getCreateAddress({ from: deployer, nonce }),
  ) as [string, string, string, string];
  return { factRegistry, rollup, strk, eth };
}

interface Creation {
  readonly contract: ContractName;
  readonly args: readonly unknown[];
}

function creations(options: DeployOptions, deployer: string): Record<keyof L1Addresses, Creation> {
  const { genesis, holders = [], holding = 0n } = options;
  const owner = options.tokenOwner ?? deployer;
  const token = (name: string, symbol: string): Creation => ({
    contract: 'Token',
    args: [name, symbol, owner, holders, holding],
  });
  return {
    factRegistry: { contract: 'FactRegistry', args: [options.verifier ?? ZeroAddress] },
    rollup: {
      contract: 'Rollup',
      args: [
        computeAddresses(deployer).factRegistry,
        options.operator,
        options.l2ChainId,
        genesis?.stateRoot ?? 0n,
        genesis?.number ?? -1,
        genesis?.hash ?? 0n,
      ],
    },
    strk: token('Starknet Token', 'STRK'),
    eth: token('Ether', 'ETH'),
  };
}

/**
 * Deploys the contracts in a fixed order, so that their addresses depend on the deployer alone.
 * Continues a deployment that was cut off: what stands at its address is left alone.
 *
 * @throws StackError RPC_ERROR when a creation fails (a deployer whose nonces are used up included).
 */
export async function deployL1(
  provider: Eip1193Provider,
  options: DeployOptions,
): Promise<L1Addresses> {
  const chain = new BrowserProvider(provider, undefined, { cacheTimeout: -1 });
  const wallet = new Wallet(options.deployerKey, chain);
  const addresses = computeAddresses(wallet.address);
  const plan = creations(options, wallet.address);
  for (const [nonce, name] of ORDER.entries()) {
    if ((await chain.getCode(addresses[name])) !== '0x') continue;
    const { contract, args } = plan[name];
    const { abi, bytecode } = compiledContract(contract);
    const creation = await new ContractFactory(abi, bytecode).getDeployTransaction(...args);
    const sent = await wallet.sendTransaction({ ...creation, nonce });
    const receipt = await sent.wait();
    if (receipt?.contractAddress !== addresses[name]) {
      const message = `deploying ${name} gave ${receipt?.contractAddress ?? 'no contract'}`;
      throw new StackError('RPC_ERROR', {
        url: 'L1',
        method: 'eth_sendRawTransaction',
        code: -32000,
        message,
      });
    }
  }
  chain.destroy();
  return addresses;
}
