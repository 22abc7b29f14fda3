/** What is wrong with the configuration, where it was said, and what to do about it. */

export interface ConfigFault {
  /** The key, and the file, variable or flag that it comes from. */
  readonly where: string;
  readonly problem: string;
  readonly remedy: string;
}

export const faultLine = ({ where, problem, remedy }: ConfigFault): string => `${where}: ${problem}; ${remedy}`;

/** "portfolios[0].symbols[1]" */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}
