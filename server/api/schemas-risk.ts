/** The public shape of what the controls read. */
import { z } from 'zod';

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);

const control = z.object({
  /** Its reason code, which a refusal names. */
  name: z.string(),
  /** In the catalogue of controls, and its standard term. */
  id: z.string(),
  term: z.string(),
  /** The key under `limits` of the configuration; null where it has none. */
  setting: z.string().nullable(),
  unit: z.enum(['dollars', 'shares', 'orders', 'count', 'ms', 'percent', 'ratio', 'none']),
  /** Null where it is a property of an order, or not known. */
  value: decimal.nullable(),
  limit: decimal.nullable(),
  /** What is left until the limit; below zero beyond it. */
  headroom: decimal.nullable(),
  state: z.enum(['ok', 'near', 'refusing', 'unknown']),
  /** The symbol or group that stands nearest to the limit. */
  of: z.string().nullable(),
});

export const riskStatus = z.object({ at: z.iso.datetime().nullable(), controls: z.array(control) });
