import type { Felt } from '@stackctl/types';
import { array, type Codec, Malformed, object, optional, required } from './core.ts';
import { bool, felt, text, uint } from './scalars.ts';

/** SYNC_STATUS */
export interface SyncStatus {
  readonly startingHash: Felt;
  readonly startingNumber: number;
  readonly currentHash: Felt;
  readonly currentNumber: number;
  readonly highestHash: Felt;
  readonly highestNumber: number;
}

const syncing = object<SyncStatus>({
  starting_block_hash: required('startingHash', felt),
  starting_block_num: required('startingNumber', uint),
  current_block_hash: required('currentHash', felt),
  current_block_num: required('currentNumber', uint),
  highest_block_hash: required('highestHash', felt),
  highest_block_num: required('highestNumber', uint),
});

/** Result of syncing: false, or where the node stands. */
export const syncStatus: Codec<SyncStatus | false> = {
  expected: `false, or ${syncing.expected}`,
  decode(value) {
    if (value === true) throw new Malformed(this.expected, value);
    return value === false ? false : syncing.decode(value);
  },
  encode: (status) => (status === false ? false : syncing.encode(status)),
};

/** One validator's signature in a commit certificate; hex texts, as ed25519 has no felts. */
export interface CommitSignature {
  readonly validator: string;
  readonly publicKey: string;
  readonly signature: string;
}

/** The precommits that made a block final (more than two thirds of the voting power). */
export interface CommitCertificate {
  readonly height: number;
  readonly round: number;
  /** Identifier of the decided value, hex. */
  readonly valueId: string;
  readonly blockHash: Felt;
  readonly signatures: readonly CommitSignature[];
}

export const commitCertificate = object<CommitCertificate>({
  height: required('height', uint),
  round: required('round', uint),
  value_id: required('valueId', text),
  block_hash: required('blockHash', felt),
  signatures: required(
    'signatures',
    array(
      object<CommitSignature>({
        validator: required('validator', text),
        public_key: required('publicKey', text),
        signature: required('signature', text),
      }),
    ),
  ),
});

/** What a commit certificate speaks of: who checks one needs both to see that it is of a block. */
export interface DecidedValue {
  /** 32 bytes in hex that name the network: what every signed vote starts with. */
  readonly domain: string;
  /** The proposal that was decided, in hex: its sha256 is the certificate's value id. */
  readonly value: string;
}

export const decidedValue = object<DecidedValue>({
  domain: required('domain', text),
  value: required('value', text),
});

/** stackctl_nodeStatus: how this validator sees the chain. */
export interface NodeStatus {
  readonly name: string;
  readonly runId: string;
  readonly chainId: Felt;
  readonly height: number;
  readonly blockHash: Felt;
  readonly stateRoot: Felt;
  readonly genesisHash: Felt;
  readonly mempool: { readonly ready: number; readonly queued: number };
  readonly peers: ReadonlyArray<{ readonly name: string; readonly connected: boolean }>;
  /** The height and round that consensus works on. */
  readonly consensus: { readonly height: number; readonly round: number };
}

export const nodeStatus = object<NodeStatus>({
  name: required('name', text),
  run_id: required('runId', text),
  chain_id: required('chainId', felt),
  height: required('height', uint),
  block_hash: required('blockHash', felt),
  state_root: required('stateRoot', felt),
  genesis_hash: required('genesisHash', felt),
  mempool: required(
    'mempool',
    object<NodeStatus['mempool']>({
      ready: required('ready', uint),
      queued: required('queued', uint),
    }),
  ),
  peers: required(
    'peers',
    array(
      object<NodeStatus['peers'][number]>({
        name: required('name', text),
        connected: required('connected', bool),
      }),
    ),
  ),
  consensus: required(
    'consensus',
    object<NodeStatus['consensus']>({
      height: required('height', uint),
      round: required('round', uint),
    }),
  ),
});

/** A balance as devnet methods write it: the amount in decimal. */
export interface AccountBalance {
  readonly amount: string;
  readonly unit: 'WEI' | 'FRI';
}

/** One entry of devnet_getPredeployedAccounts. */
export interface PredeployedAccount {
  /** Decimal text, as starknet-devnet writes it. */
  readonly initialBalance: string;
  readonly address: Felt;
  readonly publicKey: Felt;
  readonly privateKey: Felt;
  readonly balance?: { readonly eth: AccountBalance; readonly strk: AccountBalance };
}

export const accountBalance = object<AccountBalance>({
  amount: required('amount', text),
  unit: required('unit', text as Codec<'WEI' | 'FRI'>),
});

export const predeployedAccount = object<PredeployedAccount>({
  initial_balance: required('initialBalance', text),
  address: required('address', felt),
  public_key: required('publicKey', felt),
  private_key: required('privateKey', felt),
  balance: optional(
    'balance',
    object<{ eth: AccountBalance; strk: AccountBalance }>({
      eth: required('eth', accountBalance),
      strk: required('strk', accountBalance),
    }),
  ),
});
