import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  importsOf,
  LAYERS,
  layerViolations,
  PURE_LAYERS,
  packageOf,
  type Workspace,
} from '../src/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}
const manifestAt = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

const workspaces: Workspace[] = globSync([...(manifestAt('.').workspaces ?? [])], { cwd: root })
  .filter((folder) => existsSync(join(root, folder, 'package.json')))
  .sort()
  .map((folder) => {
    const manifest = manifestAt(folder);
    return {
      folder: folder.split(sep).join('/'),
      name: manifest.name,
      dependencies: Object.keys(manifest.dependencies ?? {}),
      devDependencies: Object.keys(manifest.devDependencies ?? {}),
    };
  });

interface Source {
  readonly workspace: Workspace;
  readonly file: string;
  readonly isTest: boolean;
  readonly text: string;
}
const sources: Source[] = workspaces.flatMap((workspace) =>
  globSync('**/*.ts', {
    cwd: join(root, workspace.folder),
    exclude: (name) => ['node_modules', 'build', 'assembly', 'artifacts'].includes(name),
  }).map((name) => ({
    workspace,
    file: `${workspace.folder}/${name}`,
    isTest: /^(test|bench|scripts)[/\\]/.test(name),
    text: readFileSync(join(root, workspace.folder, name), 'utf8'),
  })),
);

test('every workspace has a rank, and every rank a workspace', () => {
  expect(Object.keys(LAYERS).sort()).toEqual(workspaces.map((w) => w.folder).sort());
});

test('no package.json depends upwards, and nothing depends on a service', () => {
  expect(layerViolations(workspaces)).toEqual([]);
});

test('every import of a package of ours is declared in that workspace', () => {
  const ours = new Set(workspaces.map((w) => w.name));
  const undeclared = sources.flatMap(({ workspace, file, isTest, text }) => {
    const allowed = new Set([
      workspace.name,
      ...workspace.dependencies,
      ...(isTest ? workspace.devDependencies : []),
    ]);
    return importsOf(text)
      .map(packageOf)
      .filter((name) => ours.has(name) && !allowed.has(name))
      .map((name) => `${file} imports ${name}`);
  });
  expect(undeclared).toEqual([]);
});

test('no source reaches into another workspace by a relative path', () => {
  const reaching = sources.flatMap(({ workspace, file, isTest, text }) =>
    importsOf(text)
      .filter((specifier) => specifier.startsWith('.') && !isTest)
      .map((specifier) =>
        relative(root, resolve(root, file, '..', specifier))
          .split(sep)
          .join('/'),
      )
      .filter((target) => !target.startsWith(`${workspace.folder}/`))
      .map((target) => `${file} imports ${target}`),
  );
  expect(reaching).toEqual([]);
});

/** Where the prover's WebAssembly gets its threads: files that do nothing else. */
const THREADS = /^packages\/stark\/src\/threads\/node(?:-thread)?\.ts$/;
const mayUse = (file: string, module: string) =>
  module === 'node:worker_threads' && THREADS.test(file);

test('pure layers load their WebAssembly and do nothing else to the world', () => {
  const forbidden = [
    /\bDate\.now\b/,
    /\bnew Date\(\)/,
    /\bMath\.random\b/,
    /\bset(?:Timeout|Interval|Immediate)\(/,
    /\bprocess\.(?!env\.NODE_ENV)/,
  ];
  const impure = sources
    .filter(({ workspace, isTest }) => !isTest && PURE_LAYERS.has(LAYERS[workspace.folder] ?? -1))
    .filter(({ workspace }) => workspace.folder.startsWith('packages/'))
    .flatMap(({ file, text }) => {
      const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
      const modules = importsOf(text).filter(
        (name) => name.startsWith('node:') && name !== 'node:fs' && !mayUse(file, name),
      );
      const reads = forbidden
        .filter((pattern) => pattern.test(code))
        .map((pattern) => pattern.source);
      return [...modules, ...reads].map((what) => `${file}: ${what}`);
    });
  expect(impure).toEqual([]);
});

test('the checks can fail', () => {
  const one = (folder: string, name: string, dependencies: string[]): Workspace => ({
    folder,
    name,
    dependencies,
    devDependencies: [],
  });
  const layers = { low: 0, high: 3, 'services/a': 4, 'services/b': 4 };
  const wrong = layerViolations(
    [
      one('low', 'low', ['high', 'zod']),
      one('high', 'high', ['low']),
      one('services/a', 'a', ['b']),
      one('services/b', 'b', []),
      one('unranked', 'unranked', []),
    ],
    layers,
  );
  expect(wrong).toEqual([
    'low (rank 0) depends on high (rank 3)',
    'services/a depends on services/b: services meet over the wire',
    'unranked has no rank in config/src/layers.ts',
  ]);
  const source = `import a from 'a';
    import type { B } from "@x/b/deep";
    export * from './c.ts';
    const d = await import('d');
    // import e from 'e';
    import {
      f,
    } from 'f';
    import 'g';
    const text = "from 'h'";`;
  expect(importsOf(source).sort()).toEqual(['./c.ts', '@x/b/deep', 'a', 'd', 'f', 'g']);
  expect(packageOf('@x/b/deep')).toBe('@x/b');
});
