/** Two projects: `pure` needs nothing; `servers` gets a throw-away MariaDB and Redis, and runs one file at a time. */
import { defineConfig } from 'vitest/config';

const NEEDS_SERVERS = ['tests/store/**/*.test.ts', 'tests/redis/**/*.test.ts', 'tests/e2e/**/*.test.ts'];

export default defineConfig({
  test: {
    setupFiles: './tests/support/leaks.ts',
    coverage: { provider: 'v8', include: ['server/**'] },
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: ['tests/**/*.test.ts'], exclude: NEEDS_SERVERS, testTimeout: 20_000, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: NEEDS_SERVERS,
          globalSetup: './tests/support/servers.ts',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
