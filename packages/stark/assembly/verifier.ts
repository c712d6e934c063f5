// The verifier's module: two exports for use, and (for tests) nothing else.
export { provenSecurity, reset, verify } from './verify';
