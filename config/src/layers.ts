/**
 * The layers of the house as data: a workspace may depend on its own rank or lower ones. The test of
 * this package holds every package.json and every import to it.
 */
export const LAYERS: Readonly<Record<string, number>> = {
  'packages/types': 0,
  'packages/field': 0,
  'contracts/l1': 0,
  'packages/crypto': 1,
  'packages/rpc': 1,
  'packages/runtime': 1,
  config: 1,
  'packages/state': 2,
  'packages/consensus': 2,
  'packages/cairo-vm': 2,
  'packages/stark': 2,
  'contracts/l2': 2,
  'packages/execution': 3,
  'packages/block-proof': 3,
  'packages/program-proof': 3,
  'packages/verifier': 3,
  // Outside the pure layers: it does what the port of packages/block-proof asks for.
  'packages/proof-store': 4,
  'services/l1': 4,
  'services/sequencer': 4,
  'services/watcher-prover': 4,
  'services/client': 4,
  'services/explorer': 4,
  cli: 5,
};

/** Ranks whose sources get time, randomness and storage as ports instead of reaching for them. */
export const PURE_LAYERS: ReadonlySet<number> = new Set([2, 3]);

export interface Workspace {
  /** Folder relative to the root, with forward slashes. */
  readonly folder: string;
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/** Dependencies that the layers forbid, as sentences; empty when all is well. */
export function layerViolations(
  workspaces: readonly Workspace[],
  layers: Readonly<Record<string, number>> = LAYERS,
): string[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
  return workspaces.flatMap((workspace) => {
    const rank = layers[workspace.folder];
    if (rank === undefined) return [`${workspace.folder} has no rank in config/src/layers.ts`];
    const wrong: string[] = [];
    for (const name of workspace.dependencies) {
      const other = byName.get(name);
      if (other === undefined) continue; // not ours
      const below = layers[other.folder];
      if (below === undefined) continue; // said above, for the workspace itself
      if (below > rank) {
        wrong.push(`${workspace.folder} (rank ${rank}) depends on ${other.folder} (rank ${below})`);
      }
      if (other.folder.startsWith('services/')) {
        wrong.push(`${workspace.folder} depends on ${other.folder}: services meet over the wire`);
      }
    }
    return wrong;
  });
}

/** Names of the packages that a TypeScript source imports, relative paths included. */
export function importsOf(source: string): string[] {
  const pattern =
    /(?:^|[\s;}])(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|\brequire(?:\.resolve)?\(\s*['"]([^'"]+)['"]/g;
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...withoutComments.matchAll(pattern)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}

/** The package of an import: "@stackctl/types/x" -> "@stackctl/types". */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}
