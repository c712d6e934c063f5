import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HttpReply } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};
/** Below it a header says more than compression saves. */
const SMALLEST_COMPRESSED = 1_024;

export interface Assets {
  /** The file at a path of the application; undefined when there is none. */
  file(path: string, acceptsGzip: boolean): HttpReply | undefined;
  /** The page: every path that is no file is a place within it. */
  page(acceptsGzip: boolean): HttpReply;
}

interface Asset {
  readonly plain: Buffer;
  readonly gzip: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The built application, read once and held in memory (about 1 MB): nothing outside its folder can be
 * asked for, because no request ever becomes a path.
 *
 * @throws StackError CONFIG_INVALID when it has not been built
 */
export function loadAssets(folder: string): Assets {
  const files = new Map<string, Asset>();
  for (const name of existsSync(folder) ? globSync('**/*.*', { cwd: folder }) : []) {
    files.set(`/${name.split(sep).join('/')}`, readAsset(folder, name));
  }
  const page = files.get('/index.html');
  if (page === undefined) {
    throw new StackError('CONFIG_INVALID', {
      file: folder,
      key: 'index.html',
      expected: 'the built application (npm run build)',
      got: 'nothing',
    });
  }
  return {
    file: (path, acceptsGzip) => {
      const asset = files.get(path);
      return asset === undefined ? undefined : reply(asset, acceptsGzip);
    },
    page: (acceptsGzip) => reply(page, acceptsGzip),
  };
}

function readAsset(folder: string, name: string): Asset {
  const plain = readFileSync(join(folder, name));
  const packed = plain.length < SMALLEST_COMPRESSED ? undefined : gzipSync(plain, { level: 9 });
  return {
    plain,
    gzip: packed !== undefined && packed.length < plain.length ? packed : undefined,
    headers: {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      // Built files carry the digest of their content in their names; the page does not.
      'cache-control': name.startsWith('assets')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
      vary: 'accept-encoding',
    },
  };
}

function reply(asset: Asset, acceptsGzip: boolean): HttpReply {
  return acceptsGzip && asset.gzip !== undefined
    ? { headers: { ...asset.headers, 'content-encoding': 'gzip' }, body: asset.gzip }
    : { headers: asset.headers, body: asset.plain };
}
