/** Reads what a client says about a fault that is to strike. */
import { z } from 'zod';
import { FAULT_NAMES, FAULTS, type Parameter } from '../faults/catalogue.ts';

const DAY_MS = 86_400_000;
const PARAMETERS: readonly Parameter[] = ['ms', 'toMs', 'status', 'withReset', 'field', 'value'];
const SCOPES = {
  request: ['method', 'path'],
  frame: ['stream', 'event', 'symbol'],
  event: ['event', 'symbol'],
  connection: ['stream'],
} as const;
const SCOPE_NAMES = ['method', 'path', 'stream', 'event', 'symbol'] as const;

const pattern = z.string().min(1).max(200);
const duration = z.number().min(-DAY_MS).max(DAY_MS);

export const ruleSchema = z
  .strictObject({
    fault: z.enum(FAULT_NAMES),
    method: pattern.optional(),
    path: pattern.optional(),
    stream: pattern.optional(),
    event: pattern.optional(),
    symbol: pattern.optional(),
    probability: z.number().min(0).max(1).default(1),
    next: z.number().int().min(1).optional(),
    skip: z.number().int().min(0).default(0),
    ms: duration.optional(),
    toMs: duration.optional(),
    status: z.number().int().min(400).max(599).optional(),
    withReset: z.boolean().optional(),
    field: pattern.optional(),
    value: z.json().optional(),
  })
  .superRefine((rule, context) => {
    const { takes, targets }: { takes: readonly Parameter[]; targets: readonly (keyof typeof SCOPES)[] } = FAULTS[rule.fault];
    const scopes: readonly string[] = targets.flatMap((target) => SCOPES[target]);
    for (const name of [...PARAMETERS.filter((one) => !takes.includes(one)), ...SCOPE_NAMES.filter((one) => !scopes.includes(one))]) {
      if (rule[name] === undefined) continue;
      context.addIssue({ code: 'custom', path: [name], message: `${rule.fault} takes ${[...scopes, ...takes].join(', ')}, but not this` });
    }
    if ((rule.ms ?? 0) < 0 && rule.fault !== 'clockSkew') {
      context.addIssue({ code: 'custom', path: ['ms'], message: 'must not be negative' });
    }
    if (rule.toMs !== undefined && rule.toMs < (rule.ms ?? 0)) {
      context.addIssue({ code: 'custom', path: ['toMs'], message: 'must not be less than ms' });
    }
  });

export type FaultRuleInput = z.input<typeof ruleSchema>;
