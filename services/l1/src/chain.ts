import { fileURLToPath } from 'node:url';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import type { Notification } from './websocket.ts';

/** Rules of the chain; named, so that another default of Hardhat does not change journaled blocks. */
export const HARDFORK = 'osaka';

/** EIP-1193 with Hardhat's error shape: `code`, `message`, `data`. */
export interface EthereumChain {
  request(request: { method: string; params: readonly unknown[] }): Promise<unknown>;
  /** News of eth_subscribe's subscriptions. */
  onNotification(listener: (notification: Notification) => void): void;
  close(): Promise<void>;
}

/**
 * A new Hardhat network in this process: automine, Hardhat's 20 well-known accounts.
 * @param genesis what block 0 depends on
 */
export async function createChain(genesis: {
  readonly chainId: number;
  readonly timestamp: number;
  readonly hardfork: string;
}): Promise<EthereumChain> {
  const hre = await createHardhatRuntimeEnvironment(
    {
      networks: {
        l1: {
          type: 'edr-simulated',
          chainType: 'l1',
          chainId: genesis.chainId,
          hardfork: genesis.hardfork,
          initialDate: new Date(genesis.timestamp * 1000),
        },
      },
    },
    {},
    fileURLToPath(new URL('..', import.meta.url)),
  );
  const connection = await hre.network.create('l1');
  return {
    request: ({ method, params }) => connection.provider.request({ method, params: [...params] }),
    onNotification: (listener) => void connection.provider.on('notification', listener),
    close: () => connection.close(),
  };
}
