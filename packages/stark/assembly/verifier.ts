// The verifier's module.
export { provenSecurity } from './verifier/header';
export { reset } from './verifier/heap';
export { verify } from './verifier/verify';
