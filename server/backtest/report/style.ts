/** The page's look: two themes by the reader's setting, one column on a phone. */

export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#16202c;--soft:#5a6573;--rule:#d8dee5;--panel:#f4f6f8;--accent:#1558b0;--good:#12703a;--bad:#b3261e;--warn:#fff4d6;--warn-ink:#5c4300}
@media(prefers-color-scheme:dark){:root{--paper:#10151b;--ink:#e4e9ef;--soft:#9aa6b4;--rule:#2b3540;--panel:#19212a;--accent:#7ab5ff;--good:#57c785;--bad:#ff8a80;--warn:#3a2f10;--warn-ink:#ffe3a3}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:16px}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px}
h2{font-size:1.1rem;margin:0}
h3{font-size:.95rem;margin:16px 0 4px}
p{margin:2px 0 8px;color:var(--soft)}
a{color:var(--accent)}
code,pre{font:12px/1.5 ui-monospace,monospace}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin:8px 0}
.simulated{margin:12px 0;padding:10px 12px;border-radius:6px;background:var(--warn);color:var(--warn-ink)}
.headline{display:grid;grid-template-columns:repeat(4,1fr);gap:8px;margin:12px 0 20px}
.headline div{padding:8px 10px;border-radius:6px;background:var(--panel)}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0;font-variant-numeric:tabular-nums}
.headline dd{font-size:1.15rem;font-weight:600}
.headline small{font-size:.8rem;font-weight:400;color:var(--soft)}
figure,section{margin:0 0 28px}
.plot{position:relative;height:220px;margin-left:56px;border-bottom:1px solid var(--rule);touch-action:pan-y}
.chart.bad .plot{height:140px}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:hidden}
.plot path{vector-effect:non-scaling-stroke;fill:none}
.grid{stroke:var(--rule)}
.zero{stroke:var(--soft)}
.line{stroke:var(--accent);stroke-width:1.5;stroke-linejoin:round}
.plot .area{fill:var(--accent);fill-opacity:.15}
.bad .line{stroke:var(--bad)}
.bad .plot .area{fill:var(--bad)}
.dots{stroke-width:6;stroke-linecap:round;stroke-opacity:.6}
.dots.won{stroke:var(--good)}
.dots.lost{stroke:var(--bad)}
.y{position:absolute;right:100%;transform:translateY(-50%);padding-right:6px;font-size:11px;color:var(--soft);white-space:nowrap;pointer-events:none}
.times{position:relative;height:20px;margin-left:56px;font-size:11px;color:var(--soft)}
.times span{position:absolute;transform:translateX(-50%);white-space:nowrap}
.times span:first-child{transform:none}
.times span:last-child{transform:translateX(-100%)}
.times span:only-child{transform:translateX(-50%)}
.cross{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);pointer-events:none}
.here{position:absolute;width:9px;height:9px;margin:-4px 0 0 -4px;border-radius:50%;background:var(--accent);pointer-events:none}
output{display:block;min-height:1.5em;font-size:13px;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;white-space:nowrap}
th,td{padding:4px 8px;text-align:right;border-bottom:1px solid var(--rule)}
th{font-weight:600}
th:first-child{position:sticky;left:0;text-align:left;background:var(--paper)}
tbody th{max-width:min(240px,40vw);overflow:hidden;text-overflow:ellipsis}
.up{background:color-mix(in srgb,var(--good) var(--tint),transparent)}
.down{background:color-mix(in srgb,var(--bad) var(--tint),transparent)}
td.text,th.text{text-align:left}
td.text{white-space:normal;min-width:520px}
td.bar{min-width:120px;text-align:left}
td.bar i{display:block;height:10px;border-radius:2px}
i.won{background:var(--good)}
i.lost{background:var(--bad)}
.families{columns:2;column-gap:32px}
.family{break-inside:avoid;margin-bottom:12px}
details summary{display:flex;justify-content:space-between;gap:12px;padding:5px 2px;border-bottom:1px solid var(--rule);cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary b{font-variant-numeric:tabular-nums;font-weight:600;white-space:nowrap}
details p{padding:4px 2px 8px}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:8px}
ul{margin:4px 0;padding-left:20px}
pre{overflow:auto;max-height:400px;padding:10px;border-radius:6px;background:var(--panel)}
@media(max-width:640px){main{padding:12px}.headline{grid-template-columns:1fr 1fr}.families{columns:1}.times span:nth-child(even){display:none}.plot{height:180px}}
@media print{.simulated{border:1px solid}}
`;
