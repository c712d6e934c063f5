import { decodeCertificate } from '@stackctl/consensus';
import {
  type Handlers,
  type NodeStatus,
  type PredeployedAccount,
  rpcError,
  SPEC_VERSION,
} from '@stackctl/rpc';
import type { Felt, StateReader } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { GenesisValidator } from '../../genesis/genesis-file.ts';
import { resolveState } from '../block-id.ts';

/** A predeployed account as the genesis has it. */
export interface FundedAccount {
  readonly address: Felt;
  readonly publicKey: Felt;
  readonly privateKey: Felt;
  readonly balance: bigint;
}

export interface NodeHandlersOptions {
  readonly chain: ChainView;
  readonly chainId: Felt;
  readonly validators: readonly GenesisValidator[];
  readonly status: () => NodeStatus;
  readonly accounts: () => readonly FundedAccount[];
  /** Balance of an account in a token, in its smallest unit. */
  readonly balanceOf: (state: StateReader, token: 'strk' | 'eth', address: Felt) => bigint;
}

/** What concerns the node itself: versions, status, certificates, predeployed accounts. */
export function nodeHandlers(options: NodeHandlersOptions): Handlers {
  const { chain, chainId, validators, status, accounts, balanceOf } = options;

  return {
    starknet_specVersion: () => SPEC_VERSION,
    starknet_chainId: () => chainId,
    // A validator that is behind catches up before it takes part; readers see final blocks only.
    starknet_syncing: () => false,
    stackctl_nodeStatus: status,
    stackctl_getCommitCertificate: ({ block_id }) => {
      const { number, hash } = resolveState(chain, block_id);
      const bytes = chain.blocks.decided(number)?.certificate;
      const certificate = bytes && decodeCertificate(bytes);
      if (certificate === undefined) throw rpcError('BLOCK_NOT_FOUND');
      return {
        height: certificate.height,
        round: certificate.round,
        valueId: certificate.valueId,
        blockHash: hash,
        signatures: certificate.signatures.map(({ validator, signature }) => ({
          validator: validators[validator]?.name ?? '',
          publicKey: validators[validator]?.publicKey ?? '',
          signature: Buffer.from(signature).toString('hex'),
        })),
      };
    },
    devnet_getPredeployedAccounts: ({ with_balance = false }): PredeployedAccount[] => {
      const state = chain.stateAt(chain.head().number);
      return accounts().map(({ address, publicKey, privateKey, balance }) => ({
        initialBalance: balance.toString(),
        address,
        publicKey,
        privateKey,
        ...(with_balance && {
          balance: {
            eth: { amount: balanceOf(state, 'eth', address).toString(), unit: 'WEI' as const },
            strk: { amount: balanceOf(state, 'strk', address).toString(), unit: 'FRI' as const },
          },
        }),
      }));
    },
  };
}
