/** Rehearses the kill switch on an exchange of its own, and keeps the result as evidence. */
import { makeHome } from '#server/adapters/home.ts';
import { runDrill } from '#server/drill/run-drill.ts';
import { codeVersionText } from './code-version-text.ts';
import { readConfig } from './configured.ts';
import { type Call, EXIT } from './verb.ts';

export async function drill(call: Call): Promise<number> {
  const { config } = readConfig(call);
  makeHome(config.home);
  const report = await runDrill({ home: config.home, barsFolder: config.demo.barsFolder, version: codeVersionText() });
  if (call.json) call.print(JSON.stringify(report));
  else {
    for (const { name, milliseconds, passed, found } of report.steps)
      call.print(
        `${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(18)}${milliseconds.toFixed(1).padStart(9)} ms${found === '' ? '' : `  ${found}`}`,
      );
    call.print(report.passed ? 'the drill passed; kept in evidence.jsonl' : 'the drill FAILED; kept in evidence.jsonl');
  }
  return report.passed ? EXIT.done : EXIT.failed;
}
