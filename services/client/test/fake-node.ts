import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A node's behaviour in a test: method name to a result, or a thrown {code, message}. */
export type Methods = Readonly<Record<string, (params: Record<string, unknown>) => unknown>>;

/** Serves JSON-RPC on a free loopback port. */
export async function serveNode(methods: Methods): Promise<{ url: string; server: Server }> {
  const server = createServer((message, response) => {
    let text = '';
    message.on('data', (chunk) => (text += chunk));
    message.on('end', () => {
      const { id, method, params } = JSON.parse(text);
      const answer: Record<string, unknown> = { jsonrpc: '2.0', id };
      try {
        const handler = methods[method];
        if (handler === undefined) throw { code: -32601, message: `no ${method}` };
        answer.result = handler(params);
      } catch (error) {
        answer.error = error;
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** A chain of one or more nodes that include what they accept, a block every `blockMs`. */
export async function serveChain(nodes: number, blockMs: number) {
  const blocks: Array<Array<{ hash: string; reverted: boolean }>> = [[]];
  const nonces = new Map<string, bigint>();
  const accepted: Array<{ node: number; sender: string; nonce: bigint; at: number }> = [];
  let pool: Array<{ hash: string; reverted: boolean }> = [];
  const behaviour = { revertEvery: 0, refuse: undefined as string | undefined, include: true };
  const hashes: { of: (body: Record<string, unknown>) => string } = { of: () => '0x0' };
  const timer = setInterval(() => {
    if (!behaviour.include) return;
    blocks.push(pool);
    pool = [];
  }, blockMs);

  const methods = (node: number): Methods => ({
    starknet_chainId: () => '0x54455354',
    starknet_blockNumber: () => blocks.length - 1,
    starknet_getNonce: ({ contract_address }) =>
      `0x${(nonces.get(contract_address as string) ?? 0n).toString(16)}`,
    starknet_estimateFee: () => [
      {
        l1_gas_consumed: '0x0',
        l1_gas_price: '0x1',
        l2_gas_consumed: '0x64',
        l2_gas_price: '0x1',
        l1_data_gas_consumed: '0x20',
        l1_data_gas_price: '0x1',
      },
    ],
    devnet_getPredeployedAccounts: () =>
      Array.from({ length: 6 }, (_, index) => ({
        address: `0x${(index + 1).toString(16)}`,
        private_key: `0x${(index + 100).toString(16)}`,
      })),
    starknet_addInvokeTransaction: ({ invoke_transaction }) => {
      const body = invoke_transaction as Record<string, unknown>;
      if (behaviour.refuse !== undefined) throw { code: 54, message: behaviour.refuse };
      const sender = body.sender_address as string;
      const nonce = BigInt(body.nonce as string);
      if (nonce !== (nonces.get(sender) ?? 0n)) throw { code: 52, message: 'invalid nonce' };
      nonces.set(sender, nonce + 1n);
      accepted.push({ node, sender, nonce, at: performance.now() });
      const hash = hashes.of(body);
      const reverted = behaviour.revertEvery > 0 && accepted.length % behaviour.revertEvery === 0;
      pool.push({ hash, reverted });
      return { transaction_hash: hash };
    },
    starknet_getBlockWithReceipts: ({ block_id }) => ({
      transactions: (blocks[(block_id as { block_number: number }).block_number] ?? []).map(
        ({ hash, reverted }) => ({
          receipt: {
            transaction_hash: hash,
            execution_status: reverted ? 'REVERTED' : 'SUCCEEDED',
          },
        }),
      ),
    }),
  });
  const served = await Promise.all(
    Array.from({ length: nodes }, (_, node) => serveNode(methods(node))),
  );
  return {
    urls: served.map(({ url }) => url),
    accepted,
    behaviour,
    hashes,
    stop: async () => {
      clearInterval(timer);
      for (const { server } of served) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
    stopNode: (node: number) => {
      served[node]?.server.closeAllConnections();
      served[node]?.server.close();
    },
  };
}
