import { isStackError } from '@stackctl/types';
import { expect, test } from 'vitest';
import {
  envBool,
  envEnum,
  envHost,
  envInt,
  envList,
  envPort,
  envString,
  envUrl,
  envUrls,
} from '../src/index.ts';

test.each([
  ['text', () => envString({ A: 'x' }, 'A'), 'x'],
  ['empty text is absent', () => envString({ A: '' }, 'A', 'y'), 'y'],
  ['integer', () => envInt({ A: '12' }, 'A'), 12],
  ['negative integer in range', () => envInt({ A: '-3' }, 'A', { min: -5 }), -3],
  ['fallback', () => envInt({}, 'A', { fallback: 7 }), 7],
  ['port', () => envPort({ A: '0' }, 'A'), 0],
  ['boolean', () => envBool({ A: 'TRUE' }, 'A'), true],
  ['enumeration', () => envEnum({ A: 'b' }, 'A', ['a', 'b']), 'b'],
  ['list', () => envList({ A: ' a, ,b,' }, 'A'), ['a', 'b']],
  [
    'url without trailing slash',
    () => envUrl({ A: 'http://127.0.0.1:1/' }, 'A'),
    'http://127.0.0.1:1',
  ],
  ['urls', () => envUrls({ A: 'http://a/,https://b' }, 'A'), ['http://a', 'https://b']],
  ['host', () => envHost({ A: '::1' }, 'A'), '::1'],
] as const)('%s', (_name, run, expected) => {
  expect(run()).toEqual(expected);
});

test.each([
  ['missing', () => envString({}, 'A'), 'a text', 'nothing'],
  ['no integer', () => envInt({ A: '1.5' }, 'A'), 'an integer >= 0', '"1.5"'],
  ['hex is no decimal', () => envInt({ A: '0x10' }, 'A'), 'an integer >= 0', '"0x10"'],
  ['out of range', () => envPort({ A: '65536' }, 'A'), 'an integer from 0 to 65535', '"65536"'],
  ['no boolean', () => envBool({ A: 'yes' }, 'A'), '1, 0, true or false', '"yes"'],
  ['not in the enumeration', () => envEnum({ A: 'c' }, 'A', ['a', 'b']), 'one of a, b', '"c"'],
  ['empty list', () => envList({ A: ' , ' }, 'A'), 'a comma-separated list', '" , "'],
  ['no url', () => envUrl({ A: 'localhost:1' }, 'A'), 'an http(s) URL', '"localhost:1"'],
  ['no host', () => envHost({ A: 'a host' }, 'A'), 'an IP address or localhost', '"a host"'],
] as const)('refuses: %s', (_name, run, expected, got) => {
  let error: unknown;
  try {
    run();
  } catch (caught) {
    error = caught;
  }
  expect(isStackError(error, 'CONFIG_INVALID') && error.facts).toEqual({
    file: 'environment',
    key: 'A',
    expected,
    got,
  });
});
