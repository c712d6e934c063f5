export * from './contracts.ts';
export * from './deploy.ts';
export * from './messaging.ts';
