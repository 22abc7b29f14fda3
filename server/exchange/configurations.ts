/** The account's own switches, as Alpaca lets their owner set them. */

import { malformed } from './refusal.ts';
import type { ConfigurationPatch } from './requests.ts';

export interface Configurations {
  readonly disable_overnight_trading: boolean;
  readonly fractional_trading: boolean;
  readonly max_margin_multiplier: '1' | '2' | '4';
  readonly max_options_trading_level: number | null;
  readonly no_shorting: boolean;
  readonly ptp_no_exception_entry: boolean;
  readonly suspend_trade: boolean;
  readonly trade_confirm_email: 'all' | 'none';
}

export const DEFAULT_CONFIGURATIONS: Configurations = {
  disable_overnight_trading: false,
  fractional_trading: true,
  max_margin_multiplier: '4',
  max_options_trading_level: null,
  no_shorting: false,
  ptp_no_exception_entry: false,
  suspend_trade: false,
  trade_confirm_email: 'all',
};

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  disable_overnight_trading: isBoolean,
  fractional_trading: isBoolean,
  max_margin_multiplier: (value) => value === '1' || value === '2' || value === '4',
  max_options_trading_level: (value) => value === null || value === 0 || value === 1 || value === 2 || value === 3,
  no_shorting: isBoolean,
  ptp_no_exception_entry: isBoolean,
  suspend_trade: isBoolean,
  trade_confirm_email: (value) => value === 'all' || value === 'none',
};

/** Clients that send all of their form say nothing with a null or an empty text. */
const saysNothing = (key: string, value: unknown): boolean => value === '' || (value === null && key !== 'max_options_trading_level');

/** The configurations after a patch; unknown keys are passed over as Alpaca does, wrong values refuse the whole. */
export function patched(current: Configurations, patch: ConfigurationPatch): Configurations {
  const known: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const fits = FITS[key];
    if (!fits || saysNothing(key, value)) continue;
    if (!fits(value)) malformed(`invalid ${key}: ${JSON.stringify(value)}`);
    known[key] = value;
  }
  return { ...current, ...known };
}
