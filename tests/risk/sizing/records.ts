/** Records of trades, in multiples of what was at risk. */

/** So many wins and losses of these sizes. */
export const record = (wins: number, win: number, losses: number, loss: number): number[] => [
  ...Array.from({ length: wins }, () => win),
  ...Array.from({ length: losses }, () => -loss),
];
