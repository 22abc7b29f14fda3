/** The words of queries, loaded by `require` for the reason that kit.ts gives. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const orm = require('drizzle-orm') as typeof import('drizzle-orm');

export type { SQL } from 'drizzle-orm';
export const { and, asc, desc, eq, gt, inArray, like, lt, lte } = orm;
