/** An Ethereum wallet in the browser (EIP-1193). */
export interface EthereumProvider {
  request(call: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

/** The wallet that an extension put into the page; undefined when there is none. */
export function injectedProvider(): EthereumProvider | undefined {
  const { ethereum } = globalThis as { ethereum?: EthereumProvider };
  return typeof ethereum?.request === 'function' ? ethereum : undefined;
}

/** The chain that a wallet of this stack is on: the domain of what it signs. */
export async function l1ChainId(): Promise<number> {
  const response = await fetch('/l1', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
  });
  const { result } = (await response.json()) as { result?: string };
  if (result === undefined) throw new Error('L1 does not answer');
  return Number(result);
}

/** What is signed (EIP-712): a constant, so that the same wallet gives the same key every time. */
export function keyMessage(chainId: number) {
  return {
    domain: { name: 'Paradex', version: '1', chainId },
    primaryType: 'Constant',
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
      ],
      Constant: [{ name: 'action', type: 'string' }],
    },
    message: { action: 'STARK Key' },
  };
}

/**
 * The wallet's signature of the constant message. Asked for twice: a wallet whose signatures differ would
 * give another key next time, and is refused.
 */
export async function signKeyMessage(provider: EthereumProvider, chainId: number): Promise<string> {
  const [account] = (await provider.request({ method: 'eth_requestAccounts' })) as string[];
  if (account === undefined) throw new Error('the wallet shows no account');
  const sign = async () =>
    String(
      await provider.request({
        method: 'eth_signTypedData_v4',
        params: [account, JSON.stringify(keyMessage(chainId))],
      }),
    );
  const first = await sign();
  if ((await sign()) !== first) throw new Error('wallet does not support deterministic signing');
  return first;
}
