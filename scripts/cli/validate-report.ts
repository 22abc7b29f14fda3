/** What a validation prints. */
import type { State } from '#server/backtest/validation/finding.ts';
import type { Examined } from './validate-run.ts';
import type { Call } from './verb.ts';

const MARK: Readonly<Record<State, string>> = { pass: 'pass   ', warn: 'warn   ', fail: 'FAIL   ', unknown: 'unknown' };

export function reportValidation(call: Call, agent: string, { config, findings }: Examined): void {
  const count = (state: State): number => findings.filter((one) => one.state === state).length;
  if (call.json) {
    const counts = { pass: count('pass'), warn: count('warn'), fail: count('fail'), unknown: count('unknown') };
    const checks = Object.fromEntries(findings.map(({ check, state, says, figures }) => [check, { state, says, ...figures }]));
    call.print(JSON.stringify({ agent, config, ...counts, checks }));
    return;
  }
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, state, says } of findings) call.print(`${MARK[state]}  ${check.padEnd(width)}  ${says}`);
  call.print(`${count('pass')} of ${findings.length} checks passed, ${count('fail')} failed; what they mean: docs/validation.md`);
}
