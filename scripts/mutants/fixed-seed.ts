/**
 * Loaded before each test file while mutants are tried. Properties draw the same cases every time, and do not look for smaller ones; and the
 * process says which one it is, so that it can be ended when a defect made one of its loops endless.
 */
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    testProcessFile: string;
  }
}

fc.configureGlobal({ seed: 20_261_126, endOnFailure: true });
writeFileSync(inject('testProcessFile'), String(process.pid));
