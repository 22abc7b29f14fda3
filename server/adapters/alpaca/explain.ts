/** A failed answer in words for people: what is wrong, where, and what to do. */
import type { Answer } from './answer.ts';

export interface Explanation {
  readonly what: string;
  readonly remedy: string;
}

const NO_CONNECTION = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ECONNRESET|ETIMEDOUT|timed out|fetch failed/i;

export function explain(where: string, answer: Exclude<Answer, { kind: 'ok' }>): Explanation {
  const { status, text } = answer;
  if (status === 401 || status === 403) {
    return {
      what: `${where} refused the keys (${text})`,
      remedy: 'check APCA_API_KEY_ID and APCA_API_SECRET_KEY, and that they belong to this host: paper and live have different keys',
    };
  }
  if (status === 429) {
    return {
      what: `${where} says that it was asked too often (${text})`,
      remedy: 'wait a minute; look for another program that uses the same keys',
    };
  }
  if (status === undefined && NO_CONNECTION.test(text)) {
    return { what: `${where} can not be reached (${text})`, remedy: 'check the network, and whether something there is listening' };
  }
  if (text.includes('HTML')) {
    return {
      what: `${where} answered ${text.replace(/^HTTP \d+: /, '')} (HTTP ${status})`,
      remedy: 'look for a proxy or a login page in between, or a wrong address',
    };
  }
  return { what: `${where} did not answer as expected (${text})`, remedy: "try again; look at the broker's status page when it stays so" };
}

export const explainInOneLine = (where: string, answer: Exclude<Answer, { kind: 'ok' }>): string => {
  const { what, remedy } = explain(where, answer);
  return `${what}; ${remedy}`;
};
