/** The contracts of this package, in the order in which they are built. */
export const CLASS_NAMES = ['account', 'erc20', 'udc', 'fibonacci', 'factorial'] as const;
export type ClassName = (typeof CLASS_NAMES)[number];

/** One class in artifacts/manifest.json; hashes as hex texts. */
export interface ManifestEntry {
  readonly sourceSha256: string;
  readonly sierraSha256: string;
  readonly casmSha256: string;
  readonly classHash: string;
  /** Blake2s, what declares name since Starknet 0.14.1. */
  readonly compiledClassHash: string;
  /** Poseidon, what they named before. */
  readonly compiledClassHashPoseidon: string;
}

/** What artifacts/manifest.json holds: how the artifacts were made, and their hashes. */
export interface Manifest {
  readonly compilers: { readonly cairo: string; readonly sierraToCasm: string };
  readonly classes: Readonly<Record<ClassName, ManifestEntry>>;
}
