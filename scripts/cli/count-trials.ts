/** What somebody has tried before: trials of the same agent over the same bars, in all sweeps and runs that the home remembers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { trialsFile } from '#server/backtest/shell/trial-log.ts';
import { sweepsFolder } from './sweep-folder.ts';

const Data = z.array(z.object({ sha256: z.string() }));
const SweepHead = z.object({ search: z.string().transform((text) => JSON.parse(text) as unknown) });
const Search = z.object({ agent: z.string(), data: Data });
/** What a trial's line and a run's result have in common. One without a deviation has no Sharpe ratio, and won nothing for its risk. */
const Measured = z.object({ metrics: z.object({ sharpe: z.number().nullable() }) }).transform(({ metrics }) => metrics.sharpe ?? 0);
const Run = z.object({ work: z.object({ agent: z.string(), config: z.unknown() }), data: Data });

export interface Counted {
  readonly agent: string;
  readonly sha256: ReadonlySet<string>;
  /** A sweep's folder whose trials are counted already. */
  readonly except: string;
}

/** Their Sharpe ratios, by the year. */
export function earlierTrials(home: string, wanted: Counted): number[] {
  return [...sweepTrials(sweepsFolder(home), wanted), ...runConfigs(join(home, 'runs'), wanted)];
}

const isMeant = ({ agent, sha256 }: Counted, named: string, data: z.infer<typeof Data>): boolean =>
  named === agent && data.some((one) => sha256.has(one.sha256));

const foldersIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);

function sweepTrials(folder: string, wanted: Counted): number[] {
  return foldersIn(folder).flatMap((one) => {
    if (one === wanted.except || !existsSync(trialsFile(one))) return [];
    const [head = '', ...lines] = readFileSync(trialsFile(one), 'utf8').trimEnd().split('\n');
    const told = Search.safeParse(parsed(head, SweepHead)?.search);
    if (!told.success || !isMeant(wanted, told.data.agent, told.data.data)) return [];
    return lines.flatMap((line) => parsed(line, Measured) ?? []);
  });
}

/** Runs with the same config are one trial, however often they were made. */
function runConfigs(folder: string, wanted: Counted): number[] {
  const configs = new Map<string, number>();
  for (const one of foldersIn(folder)) {
    const run = parsedFile(join(one, 'config.json'), Run);
    if (run === undefined || !isMeant(wanted, run.work.agent, run.data)) continue;
    configs.set(JSON.stringify(run.work.config), parsedFile(join(one, 'result.json'), Measured) ?? 0);
  }
  return [...configs.values()];
}

const parsedFile = <T>(file: string, schema: z.ZodType<T>): T | undefined =>
  existsSync(file) ? parsed(readFileSync(file, 'utf8'), schema) : undefined;

/** What is not of this kind is not counted: a plan's run, a script's, another version's. */
function parsed<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
