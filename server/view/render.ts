/** The picture of the live view: pure, from a model to lines that fit the terminal. */
import { comingTime, dayAndTime, dollars, gain, percent, sparkline, styleOfGain, timeOfDay } from './figures.ts';
import type { ViewModel } from './model.ts';
import { type Column, table } from './table.ts';
import { type Line, piece, print, type Size, widthOf } from './text.ts';

/** Beyond this a curve tells nothing more. */
const CURVE_COLUMNS = 40;

const isEngaged = (model: ViewModel): boolean => model.killLevel !== 'armed';

function header({ mode, speed, marketTime, stocks, pid }: ViewModel, columns: number): Line {
  const pace = speed === undefined ? '' : ` ×${speed}`;
  const line = [piece('InsydeTradar', 'bold'), piece(`  ${mode}${pace}  ${dayAndTime(marketTime)}`)];
  if (stocks?.isOpen === false) {
    const next = stocks.nextOpen === undefined ? '' : `, open ${comingTime(stocks.nextOpen, marketTime ?? 0)}`;
    line.push(piece(`  stocks closed${next}`, 'bold'));
  }
  const process = piece(`  pid ${pid}`, 'dim');
  return widthOf([...line, process]) > columns ? line : [...line, process];
}

function killBanner({ killLevel, killReason, latchId }: ViewModel): Line {
  return [piece(` KILL SWITCH: ${killLevel} (latch ${latchId}) `, 'alarm'), piece(` ${killReason}`, 'bad')];
}

function equityLine(model: ViewModel, columns: number): Line {
  const { equity, dayProfitLoss, equityHistory } = model;
  const line = [
    piece('Equity ', 'dim'),
    piece(dollars(equity), 'bold'),
    piece('  today ', 'dim'),
    piece(`${gain(dayProfitLoss)} ${percent(dayProfitLoss, equity)}`.trim(), styleOfGain(dayProfitLoss)),
  ];
  const room = Math.min(CURVE_COLUMNS, columns - widthOf(line) - 2);
  return room < 4 ? line : [...line, piece(`  ${sparkline(equityHistory, room)}`, styleOfGain(dayProfitLoss))];
}

function stateLine({ cash, filledOrders, reconciled, streams }: ViewModel): Line {
  const lost = streams.filter(({ state }) => state === 'lost').map(({ name }) => name);
  return [
    piece('Cash ', 'dim'),
    piece(dollars(cash)),
    piece(`  filled ${filledOrders}  `, 'dim'),
    reconciled ? piece('books agree with the broker', 'dim') : piece('books not compared with the broker yet', 'bad'),
    ...(lost.length > 0 ? [piece(`  lost: ${lost.join(', ')}`, 'bad')] : []),
  ];
}

interface Section {
  /** None for what explains itself. */
  readonly title?: string;
  /** Names of columns. */
  readonly head?: Line;
  readonly lines: readonly Line[];
}

const POSITION_COLUMNS: readonly Column<ViewModel['positions'][number]>[] = [
  { title: 'symbol', width: 10, left: true, rank: 0, text: ({ symbol }) => symbol },
  { title: 'quantity', width: 14, rank: 1, text: ({ quantity }) => quantity },
  { title: 'price', width: 13, rank: 4, text: ({ price }) => dollars(price) },
  { title: 'value', width: 15, rank: 3, text: ({ value }) => dollars(value) },
  {
    title: 'unrealised',
    width: 14,
    rank: 2,
    text: ({ unrealised }) => gain(unrealised),
    style: ({ unrealised }) => styleOfGain(unrealised),
  },
];

const ORDER_COLUMNS: readonly Column<ViewModel['openOrders'][number]>[] = [
  { title: 'symbol', width: 10, left: true, rank: 0, text: ({ symbol }) => symbol },
  { title: 'side', width: 6, left: true, rank: 1, text: ({ side }) => side },
  { title: 'quantity', width: 14, rank: 2, text: ({ quantity }) => quantity },
  { title: 'status', width: 12, left: true, rank: 3, text: ({ status }) => status },
];

function listed<Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[], available: number): Section {
  const [head = [], ...lines] = table(columns, rows, available);
  return { title: `${title} ${rows.length}`, head, lines };
}

function sectionsOf(model: ViewModel, columns: number): Section[] {
  const { positions, openOrders, decisions, notes } = model;
  return [
    listed('Positions', POSITION_COLUMNS, positions, columns),
    listed('Open orders', ORDER_COLUMNS, openOrders, columns),
    {
      title: 'Last decisions',
      lines: decisions.map(({ at, symbol, summary }) => [piece(`${timeOfDay(at)} `, 'dim'), piece(`${symbol} `, 'bold'), piece(summary)]),
    },
    { lines: notes.filter((note) => note.trim() !== '').map((note) => [piece(note, 'dim')]) },
  ];
}

/** An empty line, the title, the names of the columns. */
const overheadOf = ({ title, head }: Section): number => 1 + (title === undefined ? 0 : 1) + (head === undefined ? 0 : 1);

/** Each section gets a line in turn while there are any; what would show nothing but its title is left out. */
function share(sections: readonly Section[], rows: number): Line[] {
  let left = rows;
  const shown: Section[] = [];
  for (const section of sections.filter(({ lines }) => lines.length > 0)) {
    if (left <= overheadOf(section)) continue;
    left -= overheadOf(section) + 1;
    shown.push(section);
  }
  const given = shown.map(() => 1);
  for (let turn = 0; left > 0 && shown.some(({ lines }, at) => lines.length > (given[at] ?? 0)); turn += 1) {
    const at = turn % shown.length;
    if ((shown[at]?.lines.length ?? 0) <= (given[at] ?? 0)) continue;
    given[at] = (given[at] ?? 0) + 1;
    left -= 1;
  }
  return shown.flatMap(({ title, head, lines }, at) => [
    [],
    ...(title === undefined ? [] : [[piece(title, 'dim')]]),
    ...(head === undefined ? [] : [head]),
    ...cutList(lines, given[at] ?? 0),
  ]);
}

/** The last line of a list that is cut says how much is not there. */
function cutList(lines: readonly Line[], room: number): readonly Line[] {
  if (lines.length <= room) return lines;
  const kept = lines.slice(0, room - 1);
  return [...kept, [piece(`${lines.length - kept.length} more`, 'dim')]];
}

/** The commands as they can be typed, word for word. */
function footer(model: ViewModel): Line[] {
  const command = `${model.home === undefined ? '' : `TRADAR_HOME=${quoted(model.home)} `}npx tradar kill`;
  const release = `${command} --release --latch ${model.latchId} --note "why" --phrase "..."`;
  return [
    [piece('stop: ', 'dim'), piece(command, 'bold'), piece('  cancels all orders', 'dim')],
    [piece('flat: ', 'dim'), piece(`${command} --level flatten`, 'bold'), piece('  and closes all positions', 'dim')],
    isEngaged(model)
      ? [piece('back: ', 'dim'), piece(release, 'bold')]
      : [piece('dead: ', 'dim'), piece(`${command} --direct`, 'bold'), piece(`  without the daemon; or kill -USR2 ${model.pid}`, 'dim')],
  ];
}

const quoted = (path: string): string => (/^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/** As many lines as fit, none wider than the terminal; the kill switch is first and last whatever else is left out. */
export function renderView(model: ViewModel, { columns, rows }: Size, colour: boolean): string[] {
  const top = [...(isEngaged(model) ? [killBanner(model)] : []), header(model, columns), equityLine(model, columns), stateLine(model)];
  const bottom = footer(model);
  const upper = top.slice(0, Math.max(0, rows - 1));
  const lower = bottom.slice(0, Math.max(0, rows - upper.length));
  const room = rows - upper.length - lower.length - 1;
  const middle = room > 0 ? [...share(sectionsOf(model, columns), room), []] : [];
  return [...upper, ...middle, ...lower].map((line) => print(line, columns, colour));
}
