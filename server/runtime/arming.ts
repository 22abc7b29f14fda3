/** An operator's leave to trade real money: for one account, one configuration and one version of the code, and for a time. */

export interface Arming {
  readonly account: string;
  /** The broker's address. */
  readonly broker: string;
  readonly configHash: string;
  readonly version: string;
  readonly armedAt: string;
  readonly expiresAt: string;
}

export interface ToStart {
  readonly broker: string;
  readonly configHash: string;
  readonly version: string;
  readonly nowMs: number;
}

/** Why it does not hold for this start, in words; nothing when it does. Which account it is shows when the broker was asked. */
export function armingProblems(arming: Arming | undefined, start: ToStart): readonly string[] {
  if (arming === undefined) return ['it is not armed'];
  const { armedAt, expiresAt } = arming;
  const problems: string[] = [];
  if (Date.parse(armedAt) > start.nowMs) problems.push(`it was armed at ${armedAt}, which is in the future: look at the clock`);
  else if (Date.parse(expiresAt) <= start.nowMs) problems.push(`the arming ended at ${expiresAt}`);
  if (arming.broker !== start.broker) problems.push(`it was armed for ${arming.broker}, and this is ${start.broker}`);
  if (arming.configHash !== start.configHash)
    problems.push(`it was armed for the configuration ${arming.configHash}, and this is ${start.configHash}`);
  if (arming.version !== start.version) problems.push(`it was armed for ${arming.version}, and this is ${start.version}`);
  return problems;
}
