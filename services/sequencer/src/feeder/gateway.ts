import { WELL_KNOWN } from '@stackctl/contracts-l2';
import { casmClass, type TransactionStatus } from '@stackctl/rpc';
import {
  type BlockHeader,
  type Felt,
  feltToHex,
  parseFelt,
  type StateReader,
} from '@stackctl/types';
import type { ChainView } from '../chain-view.ts';
import type { PreConfirmed, PreConfirmedBlock } from '../execution/pre-confirmed.ts';
import type { Pool } from '../mempool/pool.ts';
import { goneState } from '../rpc/block-id.ts';
import type { BlockSigner } from './block-signer.ts';
import { FeederError, malformed } from './errors.ts';
import {
  blockJson,
  preConfirmedJson,
  stateDiffJson,
  transactionJson,
  unfinishedBlockJson,
} from './records.ts';

export interface L1ContractAddresses {
  /** The core contract, which holds the chain's state root. */
  readonly rollup: string;
  readonly factRegistry: string;
}

export interface FeederOptions {
  readonly chain: ChainView;
  readonly preConfirmed: Pick<PreConfirmed, 'refresh' | 'peek'>;
  readonly pool: Pick<Pool, 'get'>;
  readonly statusOf: (transactionHash: Felt) => TransactionStatus | undefined;
  /** The key of the node that is asked. */
  readonly signer: BlockSigner;
  /** Undefined while the L1 contracts are not deployed. */
  readonly l1Contracts: () => L1ContractAddresses | undefined;
}

/** Answers `GET /feeder_gateway/<name>?<query>`; undefined for a name that is none of its. Throws FeederError. */
export type Feeder = (name: string, query: URLSearchParams) => Promise<unknown> | undefined;

type Unfinished = 'PENDING' | 'PRE_CONFIRMED';
/** A block that a query names. */
type Chosen =
  | { readonly header: BlockHeader }
  | { readonly block: PreConfirmedBlock; readonly status: Unfinished };

/** The feeder gateway: what full nodes and indexers read a Starknet chain from, in its REST form. */
export function createFeeder(options: FeederOptions): Feeder {
  const { chain, preConfirmed, pool, statusOf, signer, l1Contracts } = options;

  const choose = async (query: URLSearchParams): Promise<Chosen> => {
    const [number, hash] = [query.get('blockNumber'), query.get('blockHash')];
    if (number !== null && hash !== null)
      throw malformed(
        'Ambiguous criteria: only one of (block number, block hash) can be provided.',
      );
    if (hash !== null) {
      const felt = feltOf(hash, 'Block hash', 'StarknetErrorCode.OUT_OF_RANGE_BLOCK_HASH');
      const found = chain.blocks.numberOf(felt);
      return { header: headerAt(found, `Block hash ${hash}`) };
    }
    if (number === null || number === 'latest') return { header: chain.head() };
    if (number === 'pending') return { block: await preConfirmed.refresh(), status: 'PENDING' };
    if (number === 'pre_confirmed')
      return { block: await preConfirmed.refresh(), status: 'PRE_CONFIRMED' };
    if (!/^\d{1,15}$/.test(number))
      throw malformed(
        `blockNumber: expected a number, latest, pending or pre_confirmed, got ${number.slice(0, 40)}`,
      );
    return { header: headerAt(Number(number), `Block number ${number}`) };
  };

  const headerAt = (number: number | undefined, what: string): BlockHeader => {
    const header = number === undefined ? undefined : chain.blocks.header(number);
    if (header !== undefined) return header;
    throw new FeederError('StarknetErrorCode.BLOCK_NOT_FOUND', `${what} was not found.`);
  };

  const stateOf = (chosen: Chosen): StateReader => {
    if ('block' in chosen) return chosen.block.state;
    const { number } = chosen.header;
    const gone = goneState(chain, number);
    if (gone !== undefined) throw new FeederError('StarknetErrorCode.BLOCK_NOT_FOUND', gone);
    return chain.stateAt(number);
  };

  const blockOf = (chosen: Chosen): unknown => {
    if ('block' in chosen) {
      const { block, status } = chosen;
      return unfinishedBlockJson(block.context, block.parent.hash, status, block);
    }
    const { number } = chosen.header;
    return blockJson(chosen.header, {
      transactions: chain.blocks.transactions(number),
      receipts: chain.blocks.receipts(number),
    });
  };

  const stateUpdateOf = (chosen: Chosen): unknown => {
    if ('block' in chosen) {
      const { parent } = chosen.block;
      return {
        old_root: feltToHex(parent.stateRoot),
        state_diff: stateDiffJson(chosen.block.stateDiff()),
      };
    }
    const { number, hash, stateRoot } = chosen.header;
    const oldRoot = number === 0 ? 0n : (chain.blocks.header(number - 1)?.stateRoot ?? 0n);
    return {
      block_hash: feltToHex(hash),
      new_root: feltToHex(stateRoot),
      old_root: feltToHex(oldRoot),
      state_diff: stateDiffJson(chain.blocks.stateDiff(number)),
    };
  };

  /** Finality of a transaction with its place, as both transaction endpoints show it. */
  const placed = (hash: Felt, status: TransactionStatus): Record<string, unknown> => {
    const place = chain.blocks.placeOf(hash);
    const header = place && chain.blocks.header(place.block);
    return {
      finality_status: status.finality,
      ...(status.execution !== undefined && { execution_status: status.execution }),
      ...(header !== undefined && {
        block_hash: feltToHex(header.hash),
        block_number: header.number,
        transaction_index: place?.index,
      }),
    };
  };

  const transactionHash = (query: URLSearchParams): Felt =>
    feltOf(
      query.get('transactionHash'),
      'Transaction hash',
      'StarknetErrorCode.OUT_OF_RANGE_TRANSACTION_HASH',
    );

  const transactionOf = (hash: Felt): unknown => {
    const place = chain.blocks.placeOf(hash);
    const ahead = preConfirmed.peek();
    const index = ahead?.indexOf(hash);
    const hashed =
      place !== undefined
        ? chain.blocks.transactions(place.block)[place.index]
        : index !== undefined
          ? ahead?.transactions[index]
          : pool.get(hash)?.hashed;
    return hashed && transactionJson(hashed);
  };

  const declaredClass = async (query: URLSearchParams): Promise<Felt> => {
    const text = query.get('classHash');
    const hash = feltOf(text, 'Class hash', 'StarknetErrorCode.OUT_OF_RANGE_CLASS_HASH');
    if (stateOf(await choose(query)).compiledClassHash(hash) !== 0n) return hash;
    throw undeclared(hash);
  };

  const ENDPOINTS: Readonly<Record<string, (query: URLSearchParams) => Promise<unknown>>> = {
    async get_block(query) {
      const chosen = await choose(query);
      if (query.get('headerOnly') !== 'true') return blockOf(chosen);
      if ('block' in chosen)
        throw new FeederError(
          'StarknetErrorCode.NO_BLOCK_HEADER',
          'Block header is not supported for the pending block',
        );
      const { hash, number } = chosen.header;
      return { block_hash: feltToHex(hash), block_number: number };
    },
    async get_preconfirmed_block(query) {
      const number = query.get('blockNumber');
      const block = await preConfirmed.refresh();
      if (number !== String(block.context.number) && number !== 'latest')
        throw new FeederError(
          'StarknetErrorCode.BLOCK_NOT_FOUND',
          `Pre-confirmed block number ${number?.slice(0, 40)} was not found.`,
        );
      const diffs = block.traces.map((trace) => trace.stateDiff);
      return preConfirmedJson(block.context, block, diffs);
    },
    async get_state_update(query) {
      const chosen = await choose(query);
      const update = stateUpdateOf(chosen);
      return query.get('includeBlock') === 'true'
        ? { block: blockOf(chosen), state_update: update }
        : update;
    },
    async get_transaction(query) {
      const hash = transactionHash(query);
      const status = statusOf(hash);
      if (status === undefined) return { status: UNKNOWN, finality_status: UNKNOWN };
      return {
        status: status.execution === 'REVERTED' ? 'REVERTED' : status.finality,
        ...placed(hash, status),
        ...(status.failureReason !== undefined && { revert_error: status.failureReason }),
        transaction: transactionOf(hash),
      };
    },
    async get_transaction_status(query) {
      const hash = transactionHash(query);
      const status = statusOf(hash);
      if (status === undefined) return { tx_status: UNKNOWN, finality_status: UNKNOWN };
      const { block_hash, finality_status, execution_status } = placed(hash, status);
      return {
        tx_status: status.execution === 'REVERTED' ? 'REVERTED' : finality_status,
        finality_status,
        execution_status,
        block_hash,
        ...(status.failureReason !== undefined && { tx_revert_reason: status.failureReason }),
      };
    },
    async get_class_by_hash(query) {
      const hash = await declaredClass(query);
      return chain.classes.sierra(hash) ?? fail(undeclared(hash));
    },
    async get_compiled_class_by_class_hash(query) {
      const hash = await declaredClass(query);
      return casmClass.encode(chain.classes.casm(hash) ?? fail(undeclared(hash)));
    },
    async get_signature(query) {
      const chosen = await choose(query);
      if ('block' in chosen)
        throw new FeederError(
          'StarknetErrorCode.NO_SIGNATURE_FOR_PENDING_BLOCK',
          'BlockSignature is not supported for pending blocks; ' +
            'try querying with a concrete block identifier',
        );
      const { hash } = chosen.header;
      const { r, s } = signer.sign(hash);
      return { block_hash: feltToHex(hash), signature: [feltToHex(r), feltToHex(s)] };
    },
    async get_public_key() {
      return feltToHex(signer.publicKey);
    },
    async get_block_hash_by_id(query) {
      const id = query.get('blockId') ?? '';
      if (!/^\d{1,15}$/.test(id))
        throw malformed(`blockId: expected a number, got ${id.slice(0, 40)}`);
      return feltToHex(headerAt(Number(id), `Block number ${id}`).hash);
    },
    async get_block_id_by_hash(query) {
      const hash = query.get('blockHash');
      const felt = feltOf(hash, 'Block hash', 'StarknetErrorCode.OUT_OF_RANGE_BLOCK_HASH');
      return headerAt(chain.blocks.numberOf(felt), `Block hash ${hash}`).number;
    },
    async get_contract_addresses() {
      const l1 = l1Contracts();
      return {
        ...(l1 !== undefined && { Starknet: l1.rollup, GpsStatementVerifier: l1.factRegistry }),
        strk_l2_token_address: feltToHex(WELL_KNOWN.strk),
        eth_l2_token_address: feltToHex(WELL_KNOWN.eth),
      };
    },
  };

  return (name, query) => (Object.hasOwn(ENDPOINTS, name) ? ENDPOINTS[name]?.(query) : undefined);
}

const UNKNOWN = 'NOT_RECEIVED';

function feltOf(text: string | null, what: string, code: FeederError['code']): Felt {
  if (text === null) throw malformed(`${what} must be given.`);
  const felt = parseFelt(text.replace(/^0x0+(?=[0-9a-fA-F])/, '0x'));
  if (felt !== undefined) return felt;
  throw new FeederError(code, `${what} should be a hexadecimal felt, got ${text.slice(0, 80)}.`);
}

function undeclared(hash: Felt): FeederError {
  const message = `Class with hash ${feltToHex(hash)} is not declared.`;
  return new FeederError('StarknetErrorCode.UNDECLARED_CLASS', message);
}

function fail(error: FeederError): never {
  throw error;
}
