/** The normal distribution: its cumulative probability and quantile, to about 1e-15. */

const SERIES_BELOW = 3;
const TERMS = 200;

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Φ(x) − ½ by its Taylor series around zero: φ(x)·(x + x³/3 + x⁵/15 + …). */
function centre(x: number): number {
  let term = x;
  let total = x;
  for (let nth = 1; nth < TERMS && Math.abs(term) > Math.abs(total) * 1e-17; nth++) {
    term *= (x * x) / (2 * nth + 1);
    total += term;
  }
  return total * density(x);
}

/** 1 − Φ(x) for large x by Laplace's continued fraction: φ(x) / (x + 1/(x + 2/(x + …))). */
function tail(x: number): number {
  let fraction = x;
  for (let nth = TERMS; nth > 0; nth--) fraction = x + nth / fraction;
  return density(x) / fraction;
}

/** Φ(x): how probable a standard normal value of at most x is. */
export function normalCumulative(x: number): number {
  if (Math.abs(x) < SERIES_BELOW) return 0.5 + centre(x);
  return x > 0 ? 1 - tail(x) : tail(-x);
}

/** Acklam's rational approximation (relative error 1.2e-9): central region and tails. */
const CENTRAL = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239,
];
const CENTRAL_BELOW = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1];
const OUTER = [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const OUTER_BELOW = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
const LOW = 0.02425;

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((total, one) => total * x + one, 0);

function guess(probability: number): number {
  if (probability < LOW || probability > 1 - LOW) {
    const isLow = probability < 0.5;
    const q = Math.sqrt(-2 * Math.log(isLow ? probability : 1 - probability));
    const magnitude = polynomial(OUTER, q) / polynomial(OUTER_BELOW, q);
    return isLow ? magnitude : -magnitude;
  }
  const q = probability - 0.5;
  return (q * polynomial(CENTRAL, q * q)) / polynomial(CENTRAL_BELOW, q * q);
}

/** Φ⁻¹: the value that a standard normal one is below with this probability (0 < p < 1); a guess and one step of Halley's. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`not a probability between 0 and 1: ${probability}`);
  const x = guess(probability);
  const error = (normalCumulative(x) - probability) / density(x);
  return x - error / (1 + (x * error) / 2);
}
