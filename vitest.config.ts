import { defineConfig } from 'vitest/config';

// Two projects: `unit` (pure, fast, no process and no socket) and `integration` (processes, sockets,
// files; run one file at a time so that ports and cores are not fought over).
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['{cli,config,packages/*,services/*,contracts/*,scripts}/test/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 }, // after the unit tests: deadlines want the cores
          include: ['{cli,config,packages/*,services/*,contracts/*}/test/**/*.int.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
