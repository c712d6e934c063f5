import type { StateProof, TrieNode } from '@stackctl/state';
import {
  type BlockHeader,
  type GasPrice,
  type GasPrices,
  readShortString,
  shortString,
} from '@stackctl/types';
import { ByteReader, ByteWriter, Malformed } from '../bytes.ts';
import { rejected } from '../public-memory.ts';
import type { StorageWitness } from './storage-witness.ts';

/** First bytes of the file: `SKSW`, then the version of the format. */
const MAGIC = [0x53, 0x4b, 0x53, 0x57];
const VERSION = 1;

/** Larger files are refused unread: some hundred thousand nodes. */
export const MAX_WITNESS_BYTES = 32 * 2 ** 20;

/** The canonical encoding of a storage witness; the order of its lists is checked where it is used. */
export function encodeStorageWitness({ headers, state }: StorageWitness): Uint8Array {
  const writer = new ByteWriter();
  for (const byte of MAGIC) writer.byte(byte);
  writer.byte(VERSION);
  writer.list(headers, (header) => writeHeader(writer, header));
  writer.felt(state.contractsRoot);
  writer.felt(state.classesRoot);
  writer.list(state.contractNodes, (node) => writeNode(writer, node));
  writer.list(state.classNodes, (node) => writeNode(writer, node));
  writer.list(state.contracts, ({ address, classHash, storageRoot, nonce }) => {
    for (const felt of [address, classHash, storageRoot, nonce]) writer.felt(felt);
  });
  writer.list(state.classes, ({ classHash, compiledClassHash }) => {
    writer.felt(classHash);
    writer.felt(compiledClassHash);
  });
  return writer.finish();
}

/**
 * Reads what `encodeStorageWitness` writes, and refuses every other spelling.
 * @throws StackError PROOF_REJECTED
 */
export function decodeStorageWitness(bytes: Uint8Array): StorageWitness {
  if (bytes.length > MAX_WITNESS_BYTES) throw rejected('the storage witness is too large');
  try {
    return read(new ByteReader(bytes));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw rejected(`malformed storage witness: ${error.message}`);
  }
}

function read(reader: ByteReader): StorageWitness {
  for (const byte of MAGIC)
    if (reader.byte() !== byte) throw new Malformed('it is not a storage witness');
  if (reader.byte() !== VERSION) throw new Malformed('it has another version');
  const headers = reader.list(() => readHeader(reader));
  const [contractsRoot, classesRoot] = [reader.felt(), reader.felt()];
  const contractNodes = reader.list(() => readNode(reader));
  const classNodes = reader.list(() => readNode(reader));
  const contracts = reader.list(() => ({
    address: reader.felt(),
    classHash: reader.felt(),
    storageRoot: reader.felt(),
    nonce: reader.felt(),
  }));
  const classes = reader.list(() => ({
    classHash: reader.felt(),
    compiledClassHash: reader.felt(),
  }));
  reader.end();
  const state: StateProof = {
    contractsRoot,
    classesRoot,
    contractNodes,
    classNodes,
    contracts,
    classes,
  };
  return { headers, state };
}

/** A binary node is a 0 and its children; an edge its length, its path, its child. */
function writeNode(writer: ByteWriter, node: TrieNode): void {
  if (node.kind === 'binary') {
    writer.byte(0);
    writer.felt(node.left);
    writer.felt(node.right);
  } else {
    writer.byte(node.length);
    writer.felt(node.path);
    writer.felt(node.child);
  }
}

function readNode(reader: ByteReader): TrieNode {
  const length = reader.byte();
  const [first, second] = [reader.felt(), reader.felt()];
  return length === 0
    ? { kind: 'binary', left: first, right: second }
    : { kind: 'edge', length, path: first, child: second };
}

const ROOTS = [
  'parentHash',
  'sequencerAddress',
  'stateRoot',
  'transactionCommitment',
  'eventCommitment',
  'receiptCommitment',
  'stateDiffCommitment',
] as const;
const COUNTS = [
  'number',
  'timestamp',
  'transactionCount',
  'eventCount',
  'stateDiffLength',
] as const;
const PRICES = ['l1Gas', 'l1DataGas', 'l2Gas'] as const;

type Header = Omit<BlockHeader, 'hash'>;

function writeHeader(writer: ByteWriter, header: Header): void {
  for (const name of ROOTS) writer.felt(header[name]);
  for (const name of COUNTS) writer.integer(header[name]);
  for (const name of PRICES) {
    writer.felt(header.gasPrices[name].wei);
    writer.felt(header.gasPrices[name].fri);
  }
  writer.felt(shortString(header.starknetVersion));
}

function readHeader(reader: ByteReader): Header {
  const roots = ROOTS.map((name) => [name, reader.felt()] as const);
  const counts = COUNTS.map((name) => [name, reader.integer()] as const);
  const prices = PRICES.map((name): readonly [string, GasPrice] => [
    name,
    { wei: reader.felt(), fri: reader.felt() },
  ]);
  const starknetVersion = readShortString(reader.felt());
  if (starknetVersion === undefined) throw new Malformed('a version is not a text');
  return {
    ...(Object.fromEntries(roots) as Pick<Header, (typeof ROOTS)[number]>),
    ...(Object.fromEntries(counts) as Pick<Header, (typeof COUNTS)[number]>),
    gasPrices: Object.fromEntries(prices) as unknown as GasPrices,
    starknetVersion,
  };
}
