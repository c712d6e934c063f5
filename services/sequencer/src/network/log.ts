import type { Logger } from '@stackctl/runtime';

/** The part of a logger that network and consensus use. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
