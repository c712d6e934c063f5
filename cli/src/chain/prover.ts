/** The newest proof, as the watcher-prover reports it. */
export interface LastProof {
  readonly block: number;
  readonly blockHash: string;
  readonly steps: number;
  readonly ms: number;
  readonly securityBits: number;
  /** Proved steps / executed steps of the block. */
  readonly parts: number;
}

export interface ProverView {
  /** Every block up to it is proven; null: nothing is, or nobody answers. */
  readonly provenHeight: number | null;
  /** Blocks that wait for their proof. */
  readonly lag: number | null;
  readonly lastProof: LastProof | null;
  /** Blocks whose last attempt failed; they are tried again. */
  readonly failing: readonly FailingBlock[];
}

export interface FailingBlock {
  readonly block: number;
  readonly attempts: number;
  readonly cause: string;
}

const TIMEOUT_MS = 2_000;
const SILENT: ProverView = { provenHeight: null, lag: null, lastProof: null, failing: [] };

/** What the watcher-prover at a URL says. Never throws: silence is an answer. */
export async function readProver(url: string | undefined): Promise<ProverView> {
  if (url === undefined) return SILENT;
  try {
    const response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return SILENT;
    const { provenHeight, lag, lastProof, failing } =
      (await response.json()) as Partial<ProverView>;
    return {
      provenHeight: provenHeight ?? null,
      lag: lag ?? null,
      lastProof: lastProof ?? null,
      failing: failing ?? [],
    };
  } catch {
    return SILENT;
  }
}
