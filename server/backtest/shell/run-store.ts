/** The runs that were kept: folders with both of their JSON files; drafts begin with a dot and are none. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES } from './run-folder.ts';

export interface StoredRun {
  readonly id: string;
  readonly folder: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly result: Readonly<Record<string, unknown>>;
}

/** Oldest first: ids begin with the time. */
export function listRuns(runs: string): StoredRun[] {
  if (!existsSync(runs)) return [];
  return readdirSync(runs, { withFileTypes: true })
    .filter((one) => one.isDirectory() && !one.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
    .flatMap((id) => readRun(runs, id) ?? []);
}

export function readRun(runs: string, id: string): StoredRun | undefined {
  const folder = join(runs, id);
  const [config, result] = [RUN_FILES.config, RUN_FILES.result].map((name) => readObject(join(folder, name)));
  return config === undefined || result === undefined ? undefined : { id, folder, config, result };
}

function readObject(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    // No run of ours, or one that was tampered with.
    return undefined;
  }
}

export function deleteRun({ folder }: StoredRun): void {
  rmSync(folder, { recursive: true });
}
