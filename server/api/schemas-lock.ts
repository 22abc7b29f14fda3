/** The public shapes of locks. */
import { z } from 'zod';
import { LOCK_CAUSES } from '#server/domain/lock.ts';

const time = z.iso.datetime();
const scope = z.enum(['symbol', 'portfolio', 'deployment']);
/** The database has no half characters: a row must come back as it was written. */
const text = z
  .string()
  .overwrite((written) => written.toWellFormed())
  .trim()
  .min(1)
  .max(500);
const MOST_MINUTES = 525_600;

export const lock = z.object({
  id: z.int(),
  scope,
  /** The symbol, or the id of the portfolio or deployment. */
  name: z.string(),
  cause: z.enum(LOCK_CAUSES),
  by: z.string(),
  reason: z.string(),
  since: time,
  /** Market time; nothing: until it is removed. */
  until: time.nullable(),
  /** Its cause persists: it stays, also beyond its end. */
  isCauseThere: z.boolean(),
});

export const locks = z.object({ items: z.array(lock) });

export const lockInput = z
  .strictObject({
    scope,
    name: z.string().min(1).max(32),
    /** One of both, or none: until it is removed. */
    minutes: z.int().min(1).max(MOST_MINUTES).optional(),
    until: time.optional(),
    reason: text,
  })
  .refine(({ minutes, until }) => minutes === undefined || until === undefined, { message: 'give minutes or until, not both' });

export type LockInput = z.infer<typeof lockInput>;

export const lockId = z.strictObject({ id: z.int().min(1), note: text });
