import type { Context } from '../context.ts';

const WIDTH = 24;

/** How far a long piece of work is: a line redrawn on a terminal, a line for each phase elsewhere. */
export interface PhaseView {
  /** A phase begins; `done`: the part of all work that is behind. */
  readonly enter: (phase: string, done: number) => void;
  /** Takes the redrawn line away. */
  readonly end: () => void;
}

/**
 * Writes as it is called, without timers: the work that it tells of does not yield. Nothing when quiet.
 */
export function phaseView({ err, note }: Context, title: string, quiet: boolean): PhaseView {
  const { isTTY } = process.stderr;
  if (quiet) return { enter: () => {}, end: () => {} };
  const percent = (done: number) => `${Math.round(100 * done)} %`.padStart(5);
  if (!isTTY) {
    return { enter: (phase, done) => note(`${percent(done)}  ${title}: ${phase}`), end: () => {} };
  }
  return {
    enter: (phase, done) => {
      const full = Math.round(WIDTH * done);
      const bar = `${'█'.repeat(full)}${err.dim('░'.repeat(WIDTH - full))}`;
      process.stderr.write(`\r\x1b[K${title} ${bar} ${percent(done)}  ${phase}`);
    },
    end: () => void process.stderr.write('\r\x1b[K'),
  };
}
