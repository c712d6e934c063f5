export * from './block.ts';
export * from './cairo-trace.ts';
export * from './contract-class.ts';
export * from './errors.ts';
export * from './execution.ts';
export * from './felt.ts';
export * from './transaction.ts';
