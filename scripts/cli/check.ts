/** One row of the doctor's findings. */

export interface Row {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do; nothing when all is well. */
  readonly remedy: string | null;
}

export type Check = () => Promise<readonly Row[]>;

export const well = (check: string, detail: string): Row => ({ check, state: 'ok', detail, remedy: null });
export const warning = (check: string, detail: string, remedy: string): Row => ({ check, state: 'warn', detail, remedy });
export const failing = (check: string, detail: string, remedy: string): Row => ({ check, state: 'fail', detail, remedy });

/** A check that hangs or throws is a finding, too. */
export async function bounded(check: string, deed: Check, timeoutMs: number): Promise<readonly Row[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Row[]>((resolve) => {
    const row = failing(check, `no answer within ${timeoutMs} ms`, 'check the network and the server');
    timer = setTimeout(() => resolve([row]), timeoutMs);
  });
  try {
    return await Promise.race([deed(), late]);
  } catch (error) {
    const { failureOf } = await import('./failure.ts');
    const { message, hint } = failureOf(error);
    return [failing(check, message, hint)];
  } finally {
    clearTimeout(timer);
  }
}
