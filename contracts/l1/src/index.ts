export * from './contracts.ts';
export * from './deploy.ts';
