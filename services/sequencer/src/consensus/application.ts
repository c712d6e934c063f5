/**
 * The port through which consensus drives the state machine. Consensus orders opaque values; what a
 * value means (a block's context and transactions) is the application's business alone.
 *
 * Guarantees of the host:
 * - Calls of `build`, `validate` and `commit` never overlap; each is awaited before the next.
 * - `commit` is called for heights `height() + 1, height() + 2, ...` without gap or repetition.
 * - Every committed value was either returned by this instance's `build` or accepted by its
 *   `validate` at that height since the last commit, in this process. An application may therefore
 *   keep the executed result by value (by its bytes or its `valueId`) and only store it in `commit`.
 * - A value may be validated that is never committed, and several may be, at one height.
 */
export interface Application {
  /**
   * Makes a value for `height` on top of the last committed block. Its bytes must be accepted by
   * every honest node's `validate`, and not be longer than the host's `maxValueBytes`. A rejection
   * is logged and costs the node its turn, nothing else.
   */
  build(request: BuildRequest): Promise<Uint8Array>;

  /**
   * Whether `value` may follow the last committed block: decodes strictly, executes again and
   * compares. Must give the same answer on every honest node (so: no dependence on the mempool or,
   * beyond a tolerance, on the clock). Never rejects because of the value's content: returns false.
   */
  validate(value: Uint8Array, height: number): Promise<boolean>;

  /**
   * Makes a decided value durable, with its certificate, in one atomic synced write. Must be on
   * disk when the promise resolves: the write-ahead log of the height is dropped then. A rejection
   * is fatal to the node.
   */
  commit(decided: Decided): Promise<void>;

  /** A committed height's value and certificate, byte for byte as given to `commit`. */
  decidedAt(height: number): Promise<DecidedRecord | undefined>;

  /** Highest durable height; 0 when only genesis exists. */
  height(): number;

  /** Whether a block built now would have something in it. Cheap; called often. */
  pendingWork(): boolean;

  /** Whether that work should not wait for the block time. Absent: never. */
  urgentWork?(): boolean;

  /** Registers the callback to run whenever there may have come work. Called once. */
  onWork(wake: () => void): void;
}

export interface BuildRequest {
  readonly height: number;
  /** Round of the height; above 0 when earlier proposals failed. */
  readonly round: number;
}

export interface DecidedRecord {
  /** As `build` of some validator returned it. */
  readonly value: Uint8Array;
  /**
   * Canonical commit certificate: 2f+1 precommit signatures over the value's id. Read it with
   * `decodeCertificate` of @stackctl/consensus.
   */
  readonly certificate: Uint8Array;
}

export interface Decided extends DecidedRecord {
  readonly height: number;
  /** Round in which the value was decided. */
  readonly round: number;
  /** sha256 of `value`, 64 lower-case hex digits. */
  readonly valueId: string;
}
