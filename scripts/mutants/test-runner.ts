/** Tests of a checkout, run again and again in one process. */
import { join } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { limitProcessor } from './processor-limit.ts';

export interface TestResult {
  /** The files that are red, none when all are green. */
  readonly red: readonly string[];
  /** They did not come to an end, and their process was killed. */
  readonly isEndless: boolean;
}

export interface TestRunner {
  /** Stops at the first failure. */
  run(testFiles: readonly string[]): Promise<TestResult>;
  /** What the file said before is forgotten: to be called at each change of it, the one back as well. */
  reload(file: string): void;
  close(): Promise<void>;
}

/** Far beyond what any takes, also beside other work: a test that is slow is not red. */
const TEST_TIMEOUT_MS = 20_000;

/**
 * Of a folder of its own, to which no other runner belongs. A loop that became endless is not timed out from inside of its process:
 * `fileSeconds` is how much of the processor a run may use, for each of its files, before the process is killed.
 */
export async function openTestRunner(folder: string, fileSeconds: number): Promise<TestRunner> {
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
    run: async (testFiles) => {
      // It keeps the results of earlier runs: they would be counted with these, and a red one among them would stop this run.
      vitest.state.filesMap.clear();
      const specifications: TestSpecification[] = testFiles.map((file) => project.createSpecification(file));
      const limit = limitProcessor(testProcessFile, fileSeconds * testFiles.length);
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications).finally(() => limit.lift());
      const red = testFiles.filter((file) => testModules.find(({ moduleId }) => moduleId === file)?.ok() !== true);
      // What is thrown past all tests is nobody's: then all of them are.
      return { red: unhandledErrors.length > 0 && red.length === 0 ? testFiles : red, isEndless: limit.wasReached };
    },
    reload: (file) => vitest.invalidateFile(file),
    close: () => vitest.close(),
  };
}
