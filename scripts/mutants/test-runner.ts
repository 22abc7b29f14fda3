/** Tests of a checkout, run again and again in one process. */
import type { TestSpecification } from 'vitest/node';

export interface TestRunner {
  /** Whether all of these files are green. Stops at the first that is red. */
  isGreen(testFiles: readonly string[]): Promise<boolean>;
  /** What the file said before is forgotten: to be called at each change of it, the one back as well. */
  reload(file: string): void;
  close(): Promise<void>;
}

/** A defect may make a loop endless. */
const TEST_TIMEOUT_MS = 5_000;

export async function openTestRunner(folder: string): Promise<TestRunner> {
  const { createVitest } = await import('vitest/node');
  const vitest = await createVitest({
    ...{ root: folder, config: false, watch: false, pool: 'forks', isolate: false, maxWorkers: 1, fileParallelism: false },
    ...{ bail: 1, testTimeout: TEST_TIMEOUT_MS, reporters: [{}], setupFiles: [`${folder}/scripts/mutants/fixed-seed.ts`] },
    ...{ include: ['tests/**/*.test.ts'], teardownTimeout: 1_000 },
  });
  await vitest.standalone();
  const project = vitest.getRootProject();
  return {
    isGreen: async (testFiles) => {
      // It keeps the results of earlier runs: they would be counted with these, and a red one among them would stop this run.
      vitest.state.filesMap.clear();
      const specifications: TestSpecification[] = testFiles.map((file) => project.createSpecification(file));
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
      const ran = testModules.filter(({ moduleId }) => testFiles.includes(moduleId));
      return unhandledErrors.length === 0 && ran.length === testFiles.length && ran.every((module) => module.ok());
    },
    reload: (file) => vitest.invalidateFile(file),
    close: () => vitest.close(),
  };
}
