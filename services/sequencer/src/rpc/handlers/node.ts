import { decodeCertificate } from '@stackctl/consensus';
import { type Handlers, type NodeStatus, rpcError, SPEC_VERSION } from '@stackctl/rpc';
import type { Felt } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { GenesisValidator } from '../../genesis/genesis-file.ts';
import { resolveState } from '../block-id.ts';

export interface NodeHandlersOptions {
  readonly chain: ChainView;
  readonly chainId: Felt;
  /** See networkId: what votes are bound to. */
  readonly network: Uint8Array;
  readonly validators: readonly GenesisValidator[];
  readonly status: () => NodeStatus;
}

/** What concerns the node itself: versions, status, certificates. */
export function nodeHandlers(options: NodeHandlersOptions): Handlers {
  const { chain, chainId, network, validators, status } = options;

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
    stackctl_getDecidedValue: ({ block_id }) => {
      const value = chain.blocks.decided(resolveState(chain, block_id).number)?.value;
      if (value === undefined) throw rpcError('BLOCK_NOT_FOUND');
      return {
        domain: Buffer.from(network).toString('hex'),
        value: Buffer.from(value).toString('hex'),
      };
    },
  };
}
