import { StackError } from '@stackctl/types';
import { expect, test } from 'vitest';
import { createLogger, type LogLevel } from '../src/index.ts';

function capture(level?: LogLevel) {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  return { lines, log: createLogger('demo', level === undefined ? { stream } : { stream, level }) };
}

test('one JSON line a call, with time, level, service, message and fields', () => {
  const { lines, log } = capture();
  log.child({ node: 1 }).info('hello\nworld', { height: 7 });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith('\n')).toBe(true);
  expect(lines[0]?.trimEnd()).not.toContain('\n');
  const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  expect(rest).toEqual({ level: 'info', service: 'demo', msg: 'hello\nworld', node: 1, height: 7 });
  expect(new Date(String(time)).toISOString()).toBe(time);
});

test('lines below the level are not written; fatal always is', () => {
  const { lines, log } = capture('error');
  log.info('a');
  log.warn('b');
  log.error('c');
  log.fatal('d');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['c', 'd']);
});

test('bigints, bytes and errors have a form; a cycle does not lose the sentence', () => {
  const { lines, log } = capture();
  const error = new StackError('NOT_RUNNING', { home: 'x' });
  log.info('values', { hash: 255n, bytes: new Uint8Array([1, 2]), error });
  const line = JSON.parse(lines[0] ?? '') as { hash: string; bytes: string; error: object };
  expect(line.hash).toBe('0xff');
  expect(line.bytes).toBe('0x0102');
  expect(line.error).toMatchObject({ code: 'NOT_RUNNING', message: error.message });
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  log.info('round', { cycle });
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ msg: 'round' });
});
