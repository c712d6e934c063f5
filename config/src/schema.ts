import { z } from 'zod';

/**
 * The one schema of the configuration. Each leaf says in words what it expects; that text is what a
 * user sees beside the file and the key that are wrong.
 */
function integer(min: number, max: number) {
  const error = `an integer from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

function positive(max: number, unit: string) {
  const error = `a number above 0, at most ${max} (${unit})`;
  return z.number({ error }).positive({ error }).max(max, { error });
}

function text(pattern: RegExp, error: string) {
  return z.string({ error }).regex(pattern, { error });
}

const port = integer(1, 65_535);
const weight = z
  .number({ error: 'a weight, 0 or more' })
  .min(0, { error: 'a weight, 0 or more' })
  .max(1_000_000, { error: 'a weight, at most 1000000' });
const flag = z.boolean({ error: 'true or false' });
const folders = 'a list of paths of folders';
const group = { error: 'an object' };

export const configSchema = z.strictObject(
  {
    /** L2 chain id: an ASCII short string, what tools see as a felt. */
    chainId: text(/^[\x20-\x7e]{1,31}$/, 'a text of 1 to 31 ASCII characters'),
    /** Sequencers; f of 3f + 1 may fail. */
    validators: integer(1, 16),
    /** `interval`: a block every blockTimeMs. `transaction`: one for each transaction, at once, and no empty ones. */
    blockMode: z.enum(['interval', 'transaction'], { error: 'one of interval, transaction' }),
    /** Time between blocks while there are transactions, milliseconds; 0: as fast as it goes. */
    blockTimeMs: integer(0, 600_000),
    /** Time after which an empty block is made, milliseconds. */
    emptyBlockTimeMs: integer(10, 3_600_000),
    /** Blocks before the last one whose state can still be read; 0: all. The rest of a block always can. */
    historyBlocks: integer(0, 1_000_000_000),
    /** Whether developers may order the chain about: time, prices, mints (devnet_* methods). */
    devnet: flag,
    /** Predeployed accounts. */
    accounts: integer(1, 100),
    /** Seed of their keys. */
    seed: integer(0, 4_294_967_295),
    /** Of each account in each fee token, in its smallest unit (10^-18). */
    initialBalance: text(/^\d{1,38}$/, 'a decimal integer as a text (units of 10^-18)'),
    /** Address that every server listens on. */
    host: z.enum(['127.0.0.1', '::1', 'localhost'], { error: 'a loopback address' }),
    ports: z.strictObject(
      {
        l1: port,
        /** RPC of sequencer-0; the others follow. */
        sequencer: port,
        /** Consensus port of sequencer-0; the others follow. */
        p2p: port,
        watcherProver: port,
        explorer: port,
        /** true: a taken port is an error. false: the next free one is used. */
        strict: flag,
      },
      group,
    ),
    /** Folder of proofs; empty: `./proofs`, or `proofs` in the --home folder when one is given. */
    proofsDir: z.string({ error: 'the path of a folder' }),
    /** Folders with compiled contracts (Scarb's target): where sequencers find the CASM of a declare. */
    artifacts: z.array(z.string({ error: folders }).min(1, { error: folders }), { error: folders }),
    /** Where proofs are kept. Credentials are no part of it: they stay in the environment (AWS_*). */
    proofStorage: z.strictObject(
      {
        kind: z.enum(['local', 's3'], { error: 'local or s3' }),
        bucket: text(/^([a-zA-Z0-9][a-zA-Z0-9._-]{2,62})?$/, 'the name of a bucket'),
        /** Empty: us-east-1 with an endpoint; without one it is required. */
        region: text(/^[a-z0-9-]{0,32}$/, 'the name of a region'),
        /** Empty: Amazon's for the region. */
        endpoint: text(/^(https?:\/\/[^\s"$`]+)?$/, 'an http(s) URL, or nothing'),
        /** http://host/bucket/name rather than http://bucket.host/name. */
        pathStyle: flag,
      },
      group,
    ),
    explorer: z.strictObject(
      {
        enabled: flag,
        /** Whether its pages verify proofs without being asked (ENABLE_BLOCK_VERIFICATION). */
        verifyBlocks: flag,
        /** Whether its pages may make validators fail (`stackctl chaos` always can). */
        chaos: flag,
      },
      group,
    ),
    prover: z.strictObject(
      {
        /** Threads of the STARK prover; 0: what the validators leave, at least one. */
        threads: integer(0, 64),
        /** On machines with fewer cores than validators and prover want: no proof is begun while many transactions wait. */
        giveWay: flag,
      },
      group,
    ),
    l1: z.strictObject({ chainId: integer(1, 2_147_483_647) }, group),
    /** The load that `up` runs, and the defaults of `spam`. */
    client: z.strictObject(
      {
        enabled: flag,
        /** Transactions a second. */
        rate: positive(10_000, 'transactions a second'),
        /** Seconds. */
        duration: positive(86_400, 'seconds'),
        /** Relative frequencies of the kinds of transactions. */
        mix: z.strictObject({ fibonacci: weight, factorial: weight, erc20: weight }, group),
        seed: integer(0, 4_294_967_295),
      },
      group,
    ),
    /** Seconds. */
    timeouts: z.strictObject(
      {
        /** From the start of the services to the first block. */
        boot: positive(3_600, 'seconds'),
        /** Without one more proven block. */
        proof: positive(86_400, 'seconds'),
      },
      group,
    ),
    logLevel: z.enum(['debug', 'info', 'warn', 'error'], {
      error: 'one of debug, info, warn, error',
    }),
  },
  group,
);

export type StackConfig = Readonly<z.infer<typeof configSchema>>;
