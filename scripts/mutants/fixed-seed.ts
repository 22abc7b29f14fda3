/** Loaded before each test file while mutants are tried: properties draw the same cases every time, and do not look for smaller ones. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 20_261_126, endOnFailure: true });
