import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { classes } from '@stackctl/contracts-l2';
import { createDispatcher, type Handlers, type ProofNode, rpcError } from '@stackctl/rpc';
import { abiText, type ProofNode as StateNode } from '@stackctl/state';
import type { CallTrace, TransactionTrace } from '@stackctl/types';
import { fixtures } from '../../../../packages/block-proof/test/support/fixtures.ts';
import {
  createChain,
  type RealBlock,
} from '../../../../packages/block-proof/test/support/real-block.ts';

/** A node of a chain without consensus: real blocks over real RPC, made when a test asks for them. */
export async function serveChain(runId: string) {
  const chain = createChain();
  const behaviour = { isDown: false, change: (block: RealBlock): RealBlock => block };
  const contracts = [...Object.values(classes), ...Object.values(fixtures)];

  function blockOf(id: unknown): RealBlock {
    const block =
      typeof id === 'object' && id !== null
        ? chain.blocks.find(({ header }) =>
            'number' in id
              ? header.number === id.number
              : header.hash === (id as { hash: bigint }).hash,
          )
        : chain.blocks.at(-1);
    if (block === undefined) throw rpcError('BLOCK_NOT_FOUND');
    return behaviour.change(block);
  }
  function classOf(hash: bigint) {
    const found = contracts.find(({ classHash }) => classHash === hash);
    if (found === undefined) throw rpcError('CLASS_HASH_NOT_FOUND');
    return found;
  }
  const handlers: Handlers = {
    starknet_chainId: () => chain.chainId,
    starknet_blockNumber: () => chain.blocks.length - 1,
    starknet_getBlockWithTxs: ({ block_id }) => {
      const { header, body } = blockOf(block_id);
      return { status: 'ACCEPTED_ON_L2', header, transactions: body.transactions };
    },
    starknet_getBlockWithTxHashes: ({ block_id }) => {
      const { header, body } = blockOf(block_id);
      const hashes = body.transactions.map(({ hash }) => hash);
      return { status: 'ACCEPTED_ON_L2', header, transactions: hashes };
    },
    starknet_traceBlockTransactions: ({ block_id }) => {
      const { body } = blockOf(block_id);
      return {
        items: body.traces.map((trace, index) => ({
          hash: body.transactions[index]?.hash ?? 0n,
          trace: rpcTrace(trace),
        })),
      };
    },
    stackctl_getBlockWitness: ({ block_id }) => blockOf(block_id).body.witness,
    starknet_getCompiledCasm: ({ class_hash }) => classOf(class_hash).casm,
    starknet_getClass: ({ class_hash }) => {
      const { sierra } = classOf(class_hash);
      return { ...sierra, abi: abiText(sierra.abi) };
    },
    starknet_getStorageProof: (params) => {
      const { class_hashes = [], contract_addresses = [], contracts_storage_keys = [] } = params;
      const { header } = blockOf(params.block_id);
      const roots = chain.state.roots(header.number);
      if (roots === undefined) throw rpcError('BLOCK_NOT_FOUND');
      const { contractsRoot, classesRoot } = roots;
      const contract = (address: bigint) => chain.state.contract(address, header.number);
      return {
        classes: union(class_hashes.map((each) => chain.state.proveClass(classesRoot, each))),
        contracts: union(
          contract_addresses.map((each) => chain.state.proveContract(contractsRoot, each)),
        ),
        contractLeaves: contract_addresses.map(contract),
        storage: contracts_storage_keys.map(({ contractAddress, storageKeys }) => {
          const { storageRoot } = contract(contractAddress);
          return union(storageKeys.map((key) => chain.state.proveStorage(storageRoot, key)));
        }),
        roots: { contracts: contractsRoot, classes: classesRoot, blockHash: header.hash },
      };
    },
    stackctl_nodeStatus: () => {
      const header = blockOf('latest').header;
      return {
        name: 'node',
        runId,
        chainId: chain.chainId,
        height: header.number,
        blockHash: header.hash,
        stateRoot: header.stateRoot,
        genesisHash: blockOf({ number: 0 }).header.hash,
        mempool: { ready: 0, queued: 0 },
        peers: [],
        consensus: { height: header.number, round: 0 },
      };
    },
  };
  const dispatcher = createDispatcher({ handlers });
  const server = createServer((request, response) => {
    if (behaviour.isDown) return void response.destroy();
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      void dispatcher.answerText(text).then((answer) => {
        response.setHeader('content-type', 'application/json');
        response.end(answer);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chain,
    behaviour,
    stop: () => stopServer(server),
  };
}

function union(paths: readonly StateNode[][]): ProofNode[] {
  const nodes = paths.flat().map(({ hash, node }): [bigint, ProofNode] => {
    const { kind: _kind, ...rest } = node;
    return [hash, { hash, node: rest }];
  });
  return [...new Map(nodes).values()];
}

/** As over RPC: no steps, and a reverted main call is only its reason. */
function rpcTrace({ revertReason, execute, ...trace }: TransactionTrace) {
  const gas = { l1Gas: 0n, l1DataGas: 0n, l2Gas: 0n };
  if (revertReason !== undefined) return { ...trace, revertReason, gas };
  return { ...trace, ...(execute === undefined ? {} : { execute: execute as CallTrace }), gas };
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
