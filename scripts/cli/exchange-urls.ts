/** Tells people how to point each client at the local exchange. */
import type { ExchangeFacts } from './exchange-serve.ts';

export function urlLines(facts: ExchangeFacts): string[] {
  const { url, wsUrl, tlsUrl, certificate, controlUrl, symbols, marketTime, speed, keys, state } = facts;
  const secure = tlsUrl?.replace('https', 'wss');
  const pace = speed === 0 ? 'standing still' : `at ${speed} market seconds a second`;
  return [
    `trading REST    ${url}/v2      (base URL ${url})`,
    `market data     ${url}/v2/stocks, ${url}/v1beta3/crypto/us, ${url}/v1beta1/news`,
    `trade updates   ${wsUrl}/stream, or as events ${url}/v2/events/trades`,
    `data streams    ${wsUrl}/v2/{iex,sip,test}, ${wsUrl}/v1beta3/crypto/us, ${wsUrl}/v1beta1/news`,
    ...(secure === undefined ? [] : [`with TLS        ${tlsUrl}, ${secure}`, `  to be trusted  NODE_EXTRA_CA_CERTS=${certificate}`]),
    `control         ${controlUrl}`,
    `market          ${symbols.length > 12 ? `${symbols.length} symbols` : symbols.join(' ')}, ${marketTime}, ${pace}`,
    `keys            ${keys === 'given' ? 'only the pair that was given' : 'any are accepted'}`,
    `state           ${state ?? 'forgotten at the end'}`,
    'docs/exchange.md says how to point each client here. Ctrl-C ends it.',
  ];
}
