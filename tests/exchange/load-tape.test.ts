/** A folder of bars with something wrong about one of its files: the file is named, and what to do. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadTape } from '#server/exchange/wire/load-tape.ts';
import { temporaryFolder } from '#tests/config/folder.ts';

const TEXT = 'timestamp,open,high,low,close,volume\n2019-02-13T14:30:00Z,100,101,99,100,10\n';
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

function loading(folder: string, file: string, content: Buffer | undefined, more: object = {}): () => unknown {
  if (content !== undefined) writeFileSync(join(folder, file), content);
  const entry = { file, symbol: 'AAPL', assetClass: 'us_equity', sha256: sha256(content ?? Buffer.alloc(0)), ...more };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ files: [entry] }));
  return () => loadTape({ folder });
}

test.each([
  ['no gzip at all', Buffer.from(TEXT), /bars\.csv\.gz is not whole gzip data \(.+\); pack it with gzip again/],
  ['gzip that was cut off', gzipSync(TEXT).subarray(0, -12), /bars\.csv\.gz is not whole gzip data \(.+\); pack it with gzip again/],
  ['a file that is not there', undefined, /bars\.csv\.gz can not be read \(ENOENT\); restore the file/],
])('%s: the file is named, and the remedy', (_what, content, message) => {
  using folder = temporaryFolder();
  expect(loading(folder.path, 'bars.csv.gz', content)).toThrow(message);
});

test.each(['../bars.csv', 'deeper/../../bars.csv', '/etc/passwd'])(
  'a manifest that names %s is refused before the file is opened',
  (file) => {
    using folder = temporaryFolder();
    expect(loading(folder.path, file, undefined)).toThrow(/manifest\.json: ".+" is outside the folder; move the file into it/);
  },
);

test('whole files in the folder are read', () => {
  using folder = temporaryFolder();
  const tape = loading(folder.path, 'bars.csv.gz', gzipSync(TEXT))() as ReturnType<typeof loadTape>;
  expect(tape.series.size).toBe(1);
});

test('what an asset is like is what its entry says, and must be sensible', () => {
  using folder = temporaryFolder();
  const like = (more: object) => loading(folder.path, 'bars.csv', Buffer.from(TEXT), more);
  const [asset] = (like({ shortable: false, fractionable: false, maintenancePercent: 75 })() as ReturnType<typeof loadTape>).assets.all;
  expect(asset).toMatchObject({ instrument: { tradable: true, shortable: false, fractionable: false }, maintenancePercent: 75 });
  const [hard] = (like({ borrowStatus: 'hard_to_borrow' })() as ReturnType<typeof loadTape>).assets.all;
  expect(hard).toMatchObject({ instrument: { shortable: true, borrowStatus: 'hard_to_borrow' } });
  for (const more of [{ shortable: 'no' }, { borrowStatus: 'no' }, { maintenancePercent: 101 }, { maintenancePercent: '30' }])
    expect(like(more)).toThrow(/is not a manifest/);
});
