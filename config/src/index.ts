export * from './defaults.ts';
export * from './layers.ts';
export * from './load.ts';
export * from './schema.ts';
export * from './suggest.ts';
