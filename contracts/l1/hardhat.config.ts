import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

// The compiler comes from npm, so that a build needs no other download.
const solc = createRequire(import.meta.url).resolve('solc/soljson.js');

export default defineConfig({
  solidity: {
    version: '0.8.37',
    path: solc,
    settings: { evmVersion: 'cancun', optimizer: { enabled: true, runs: 200 } },
  },
  paths: { sources: 'solidity', artifacts: 'build/artifacts', cache: 'build/cache' },
});
