import { rpcError } from '@stackctl/rpc';

/** Tells who waits for something in a block when there may be news. */
export interface Commits {
  /** A block became final. */
  notify(): void;
  /**
   * Resolves with what `look` finds, asked now and after every block.
   * Rejects with DEVNET_ERROR after `timeoutMs`, and with what `look` throws.
   */
  until<T>(look: () => T | undefined, waitingFor: string, timeoutMs?: number): Promise<T>;
  /** Ends all waiting. */
  close(): void;
}

/** More than a few rounds without their proposers. */
const PATIENCE_MS = 30_000;

export function createCommits(): Commits {
  const waiting = new Set<(end?: Error) => void>();
  return {
    notify() {
      for (const ask of waiting) ask();
    },
    until<T>(look: () => T | undefined, waitingFor: string, timeoutMs = PATIENCE_MS) {
      return new Promise<T>((resolve, reject) => {
        const end = () => {
          waiting.delete(ask);
          clearTimeout(patience);
        };
        const ask = (ended?: Error) => {
          try {
            if (ended !== undefined) throw ended;
            const found = look();
            if (found === undefined) return;
            end();
            resolve(found);
          } catch (error) {
            end();
            reject(error);
          }
        };
        const late = `${waitingFor} did not come within ${timeoutMs / 1000} s`;
        const patience = setTimeout(() => ask(rpcError('DEVNET_ERROR', late)), timeoutMs);
        waiting.add(ask);
        ask();
      });
    },
    close() {
      for (const ask of waiting) ask(rpcError('DEVNET_ERROR', 'the node stops'));
    },
  };
}
