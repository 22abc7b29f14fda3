/** ATR risk, the Turtles' unit: a move of so many average true ranges against it costs a set part of the capital. */
import type { AtrRisk } from '#server/domain/sizing.ts';
import { type Answer, type SizingCase, share, shown } from './method.ts';

export function atrRisk({ riskPercent, ranges }: AtrRisk, question: SizingCase): Answer {
  const { price, measured } = question;
  if (Number.isNaN(measured)) return 'the average true range that the size goes by is not known yet';
  const because = `${shown(riskPercent)} % at risk over ${shown(ranges)} average true ranges of $${shown(measured)}`;
  return share(question, ((riskPercent / 100) * price) / (ranges * measured), because);
}
