import { randomInt } from 'node:crypto';
import { type GenesisAccount, WELL_KNOWN } from '@stackctl/contracts-l2';
import { selector, sign } from '@stackctl/crypto';
import { balanceOf, hashTransaction, maxFee } from '@stackctl/execution';
import { RpcError, rpcError } from '@stackctl/rpc';
import type { AllResourceBounds, Felt, InvokeTransaction } from '@stackctl/types';
import type { Ledger } from '../execution/ledger.ts';
import type { Intake } from '../mempool/intake.ts';
import type { Pool } from '../mempool/pool.ts';
import type { Commits } from './commits.ts';

export type Token = 'strk' | 'eth';

export interface FaucetOptions {
  readonly chainId: Felt;
  readonly ledger: Ledger;
  readonly pool: Pool;
  readonly intake: Intake;
  readonly commits: Commits;
  /** The account that the tokens let mint. Every node has its key. */
  readonly minter: () => GenesisAccount;
}

/** Mints tokens by signed transactions of the genesis' minter. */
export interface Faucet {
  /** Resolves when the tokens are there. Throws DEVNET_ERROR when they cannot be. */
  mint(token: Token, to: Felt, amount: bigint): Promise<{ hash: Felt; balance: bigint }>;
}

const PERMISSIONED_MINT = selector('permissioned_mint');
const LOW_HALF = (1n << 128n) - 1n;
/** What a mint uses at most, a few times over. */
const L2_GAS = 20_000_000;
/** Equal mints asked of two nodes at once must not be one transaction: they differ in their bounds. */
const SALTS = 1 << 24;
const L1_DATA_GAS = 10_000n;
/** The minter tops its own account up when it can pay fewer mints than this. */
const RESERVE = 1_000n;
const TOP_UP = 1_000_000n;
/** Nodes may use one nonce at once; the one that loses takes the next. */
const ATTEMPTS = 20;

export function createFaucet(options: FaucetOptions): Faucet {
  const { chainId, ledger, pool, intake, commits, minter } = options;

  const bounds = (): AllResourceBounds => {
    const { l1Gas, l1DataGas, l2Gas } = ledger.parameters().gasPrices;
    // Prices may rise before the block.
    const of = (maxAmount: bigint, price: bigint) => ({ maxAmount, maxPricePerUnit: price * 2n });
    return {
      l1Gas: of(0n, l1Gas.fri),
      l1DataGas: of(L1_DATA_GAS, l1DataGas.fri),
      l2Gas: of(BigInt(L2_GAS + randomInt(SALTS)), l2Gas.fri),
    };
  };

  /** A signed mint; it also fills the minter's own account when that runs low. */
  const transactionOf = (token: Token, to: Felt, amount: bigint): InvokeTransaction => {
    const account = minter();
    const state = ledger.latest();
    const mint = (contract: Felt, recipient: Felt, value: bigint): Felt[] => {
      const calldata = [recipient, value & LOW_HALF, value >> 128n];
      return [contract, PERMISSIONED_MINT, BigInt(calldata.length), ...calldata];
    };
    const calls = [mint(WELL_KNOWN[token], to, amount)];
    const unsigned: InvokeTransaction = {
      type: 'INVOKE',
      version: 3n,
      senderAddress: account.address,
      calldata: [],
      signature: [],
      nonce: pool.nextNonce(account.address, state.nonceAt(account.address)),
      resourceBounds: bounds(),
      tip: 0n,
      paymasterData: [],
      accountDeploymentData: [],
      nonceDataAvailabilityMode: 'L1',
      feeDataAvailabilityMode: 'L1',
    };
    const fee = maxFee(unsigned.resourceBounds, unsigned.tip);
    if (balanceOf(state, WELL_KNOWN.strk, account.address) < fee * RESERVE)
      calls.push(mint(WELL_KNOWN.strk, account.address, fee * TOP_UP));
    const full = { ...unsigned, calldata: [BigInt(calls.length), ...calls.flat()] };
    const { r, s } = sign(account.privateKey, hashTransaction(full, chainId));
    return { ...full, signature: [r, s] };
  };

  /** The transaction's hash once it is in a block; undefined when another took its nonce. */
  const attempt = async (token: Token, to: Felt, amount: bigint): Promise<Felt | undefined> => {
    const transaction = transactionOf(token, to, amount);
    let hash: Felt;
    try {
      hash = intake.submit(transaction);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (error.error === 'INVALID_TRANSACTION_NONCE') return undefined;
      throw rpcError('DEVNET_ERROR', `the minter cannot mint: ${reasonOf(error)}`);
    }
    const place = await commits.until(() => {
      if (ledger.blocks.placeOf(hash) !== undefined) return 'included';
      const passed = ledger.latest().nonceAt(transaction.senderAddress) > transaction.nonce;
      return passed || pool.get(hash) === undefined ? 'lost' : undefined;
    }, 'the block of the mint');
    return place === 'included' ? hash : undefined;
  };

  return {
    async mint(token, to, amount) {
      if (amount >= 1n << 256n) throw rpcError('DEVNET_ERROR', 'the amount is above 256 bits');
      for (let tries = 0; tries < ATTEMPTS; tries++) {
        const hash = await attempt(token, to, amount);
        if (hash === undefined) continue;
        const place = ledger.blocks.placeOf(hash);
        const receipt = place && ledger.blocks.receipts(place.block)[place.index];
        if (receipt?.revertReason !== undefined)
          throw rpcError('DEVNET_ERROR', `the mint was reverted: ${receipt.revertReason}`);
        return { hash, balance: balanceOf(ledger.latest(), WELL_KNOWN[token], to) };
      }
      throw rpcError('DEVNET_ERROR', 'other nodes minted first, again and again; try again');
    },
  };
}

function reasonOf(error: RpcError): string {
  return typeof error.data === 'string' ? error.data : error.message;
}
