/** Where the figures come from: code, data, seed and configuration, so that the run can be repeated. */
import { type Html, html, joined } from './html.ts';

export interface DataSource {
  readonly symbol: string;
  readonly file: string;
  readonly sha256: string;
  readonly bars: number;
}

export interface Provenance {
  readonly run: string;
  /** When the run began, ISO 8601 in UTC. */
  readonly begunAt: string;
  /** Version and commit. */
  readonly code: string;
  readonly seed: string;
  readonly data: readonly DataSource[];
  /** As the run's folder keeps it. */
  readonly config: object;
}

const MOST_SOURCES = 200;
/** A configuration of a thousand symbols is in the run's folder; here its beginning is enough. */
const MOST_CONFIG = 65_536;

export function provenanceSection({ run, begunAt, code, seed, data, config }: Provenance): Html {
  const facts = [
    ['Run', run],
    ['Begun', begunAt],
    ['Code', code],
    ['Seed', seed],
  ] as const;
  const sources = data
    .slice(0, MOST_SOURCES)
    .map(({ symbol, file, sha256, bars }) => html`<li>${symbol}: ${bars} bars of ${file}<br><code>sha256 ${sha256}</code></li>\n`);
  const more = data.length > MOST_SOURCES ? [html`<li>… and ${data.length - MOST_SOURCES} more, in the run’s config.json</li>`] : [];
  const text = JSON.stringify(config, null, 2);
  const shown = text.length > MOST_CONFIG ? `${text.slice(0, MOST_CONFIG)}\n… cut off here; all of it is in the run’s config.json` : text;
  return html`<section id="provenance"><h2>Where this comes from</h2>
<dl class="facts">${joined(facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl>
<h3>Data</h3><ul class="sources">${joined([...sources, ...more])}</ul>
<details><summary>Configuration</summary><pre tabindex="0">${shown}</pre></details></section>`;
}
