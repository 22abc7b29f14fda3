/** Tests of a checkout, run again and again in one process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestSpecification } from 'vitest/node';

export interface TestRunner {
  /** The files of these that are red, none when all are green. Stops at the first failure. */
  redOf(testFiles: readonly string[]): Promise<readonly string[]>;
  /** What the file said before is forgotten: to be called at each change of it, the one back as well. */
  reload(file: string): void;
  close(): Promise<void>;
}

/** Far beyond what any takes, also beside other work: a test that is slow is not red. */
const TEST_TIMEOUT_MS = 20_000;

/**
 * Of a folder of its own, to which no other runner belongs. A loop that became endless is not timed out from inside of its process:
 * `runTimeoutMs` is how long all of a run may take before the process is killed.
 */
export async function openTestRunner(folder: string, runTimeoutMs: number): Promise<TestRunner> {
  const { createVitest } = await import('vitest/node');
  const testProcessFile = join(folder, 'test-process');
  const vitest = await createVitest({
    ...{ root: folder, config: false, watch: false, pool: 'forks', isolate: false, maxWorkers: 1, fileParallelism: false },
    ...{ bail: 1, testTimeout: TEST_TIMEOUT_MS, reporters: [{}], setupFiles: [`${folder}/scripts/mutants/fixed-seed.ts`] },
    ...{ include: ['tests/**/*.test.ts'], teardownTimeout: 1_000, provide: { testProcessFile } },
  });
  await vitest.standalone();
  const project = vitest.getRootProject();
  return {
    redOf: async (testFiles) => {
      // It keeps the results of earlier runs: they would be counted with these, and a red one among them would stop this run.
      vitest.state.filesMap.clear();
      const specifications: TestSpecification[] = testFiles.map((file) => project.createSpecification(file));
      const watch = setTimeout(() => process.kill(Number(readFileSync(testProcessFile, 'utf8')), 'SIGKILL'), runTimeoutMs);
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications).finally(() => clearTimeout(watch));
      const red = testFiles.filter((file) => testModules.find(({ moduleId }) => moduleId === file)?.ok() !== true);
      // What is thrown past all tests is nobody's: then all of them are.
      return unhandledErrors.length > 0 && red.length === 0 ? testFiles : red;
    },
    reload: (file) => vitest.invalidateFile(file),
    close: () => vitest.close(),
  };
}
