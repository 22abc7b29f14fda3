/** Sizes on the tape: shares are whole there, which typed clients (Go's) insist on, while coins are divided at will. */
export const tapeSize = (symbol: string, size: number): number =>
  Number.isInteger(size) || symbol.includes('/') ? size : Math.max(1, Math.round(size));
