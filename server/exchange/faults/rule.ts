/** What a client says about a fault that is to strike: where, how often, how hard. */
import { z } from 'zod';
import { FAULT_NAMES, FAULTS, type Parameter } from './catalogue.ts';

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
const duration = z.number().min(0).max(DAY_MS);

export const ruleSchema = z
  .strictObject({
    fault: z.enum(FAULT_NAMES),
    /** Only requests with this method. */
    method: pattern.optional(),
    /** Only this path; a star at its end stands for anything. */
    path: pattern.optional(),
    /** Only this stream: "/stream", "/v2/iex". */
    stream: pattern.optional(),
    /** Only this event of a trade update ("fill"), or this kind of market-data message ("b"). */
    event: pattern.optional(),
    symbol: pattern.optional(),
    /** Of each occasion. */
    probability: z.number().min(0).max(1).default(1),
    /** Strikes so many times and then rests; without it, for ever. */
    next: z.number().int().min(1).optional(),
    /** Lets so many occasions pass first. */
    skip: z.number().int().min(0).default(0),
    ms: duration.optional(),
    /** With it, the time is drawn between `ms` and this. */
    toMs: duration.optional(),
    status: z.number().int().min(400).max(599).optional(),
    /** Whether a 429 says when it ends. */
    withReset: z.boolean().optional(),
    /** Dots go into objects: "order.status". */
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
    if (rule.toMs !== undefined && rule.toMs < (rule.ms ?? 0)) {
      context.addIssue({ code: 'custom', path: ['toMs'], message: 'must not be less than ms' });
    }
  });

export type FaultRule = z.infer<typeof ruleSchema>;
export type FaultRuleInput = z.input<typeof ruleSchema>;
