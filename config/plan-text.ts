/** A plan as the journal has it, read back: what is stepped over again is stepped over under the plan of its time. */
import type { Plan } from '#server/domain/plan.ts';
import { settings } from './config.ts';
import { planOf } from './plan.ts';

const planSettings = settings.pick({ portfolios: true, limits: true, fees: true });

/** Throws, with every reason, when this version has no such agent, rule or limit any more. */
export function planFromText(text: string): Plan {
  const parsed = planSettings.safeParse(JSON.parse(text));
  if (parsed.success) return planOf(parsed.data).plan;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new Error(`this version can not read the plan: ${faults.join('; ')}`);
}
