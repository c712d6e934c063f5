export * from './addresses.ts';
export * from './classes.ts';
export * from './genesis.ts';
export { deriveKeyPair, type KeyPair } from './keys.ts';
export * from './manifest.ts';
export { mapKey, variableKey } from './storage.ts';
