import { createValidatorSet, Tendermint } from '@stackctl/consensus';
import { StackError } from '@stackctl/types';
import { createVerifier, rawPublicKey, signingKey } from '../network/keys.ts';
import { TcpTransport } from '../network/tcp-transport.ts';
import { Host } from './host.ts';
import {
  type ConsensusHost,
  type ConsensusHostOptions,
  DEFAULT_CONSENSUS_CONFIG,
} from './options.ts';
import { networkId } from './value-id.ts';

/**
 * A validator's part in the consensus of its network: the core, its host, and TCP to the others.
 * Nothing happens before `start`.
 *
 * @throws StackError CONFIG_INVALID for malformed keys or a `self` that is not a validator.
 */
export function createConsensusHost(options: ConsensusHostOptions): ConsensusHost {
  const config = { ...DEFAULT_CONSENSUS_CONFIG, ...options.config };
  const network = networkId(options.chainId, options.genesisDigest);
  const validators = createValidatorSet(
    options.validators.map(({ name, publicKey, power }) => ({
      name,
      publicKey: rawPublicKey(publicKey),
      power,
    })),
  );
  const key = signingKey(options.self.privateKey);
  const verify = createVerifier();
  const known = new Map(validators.validators.map(({ name, publicKey }) => [name, publicKey]));
  const listed = known.get(options.self.name);
  if (listed === undefined || !Buffer.from(listed).equals(key.publicKey))
    throw new StackError('CONFIG_INVALID', {
      file: 'genesis',
      key: 'validators',
      expected: `${options.self.name} with this node's public key`,
      got: listed === undefined ? 'no such validator' : 'another public key',
    });
  const transport =
    options.transport ??
    new TcpTransport({
      identity: { name: options.self.name, key, network, known, verify },
      listen: options.listen,
      peers: options.peers,
      log: options.log,
    });
  const engine = new Tendermint({
    domain: network,
    publicKey: key.publicKey,
    timeouts: {
      propose: config.timeoutProposeMs,
      prevote: config.timeoutPrevoteMs,
      precommit: config.timeoutPrecommitMs,
      delta: config.timeoutDeltaMs,
      rebroadcast: config.rebroadcastMs,
    },
    crypto: { sign: (bytes) => key.sign(bytes), verify },
  });
  return new Host({ options, config, network, validators, transport, engine });
}
