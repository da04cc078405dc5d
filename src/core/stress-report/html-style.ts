/** The style sheet of the HTML report: system fonts, light and dark by the reader's setting, fit for print. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --dim: #59636e; --back: #fff; --rule: #d1d9e0;
  --a: #0a58ca; --b: #9a6700; --c: #6e7781; --d: #c4212f; --good: #1a7f37; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9da7b1; --back: #0d1117; --rule: #30363d;
  --a: #6cb0ff; --b: #e3b341; --c: #8b949e; --d: #ff8178; --good: #4ac26b; } }
body { margin: 0; background: var(--back); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1, h2, td, li { overflow-wrap: anywhere; } h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; border-top: 1px solid var(--rule); padding-top: 1rem; }
small, caption, .axis { color: var(--dim); fill: var(--dim); font-weight: normal; }
table { border-collapse: collapse; margin: 0.75rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: start; padding-bottom: 0.25rem; }
th, td { padding: 0.15rem 0.75rem 0.15rem 0; text-align: end; vertical-align: top; border-bottom: 1px solid var(--rule); }
th[scope=row] { text-align: start; font-weight: normal; color: var(--dim); }
thead th { color: var(--dim); font-weight: 600; }
.wide { overflow-x: auto; }
.columns { display: flex; flex-wrap: wrap; gap: 0 3rem; }
.verdicts { list-style: none; padding: 0; } .verdicts b { display: inline-block; width: 1.2em; }
.good b { color: var(--good); } .bad b { color: var(--d); } .warning b { color: var(--b); }
figure { margin: 1rem 0; break-inside: avoid; } figcaption { font-weight: 600; }
.legend { font-weight: normal; margin-inline-start: 1rem; } .legend span { margin-inline-end: 0.75rem; white-space: nowrap; }
.key { display: inline-block; width: 1em; border-top: 3px solid; vertical-align: middle; margin-inline-end: 0.3em; }
svg { width: 100%; height: auto; } .axis { font-size: 11px; } .grid { stroke: var(--rule); stroke-width: 1; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.line.a, .key.a { stroke: var(--a); border-color: var(--a); } .line.b, .key.b { stroke: var(--b); border-color: var(--b); }
.line.c, .key.c { stroke: var(--c); border-color: var(--c); stroke-dasharray: 4 3; } .line.d, .key.d { stroke: var(--d); border-color: var(--d); }
@media print { :root { color-scheme: light; } main { max-width: none; padding: 0; } section + section { break-before: page; } table { break-inside: avoid; } }
@media (max-width: 40rem) { table { font-size: 12px; } th, td { padding-inline-end: 0.4rem; } .axis { font-size: 20px; } }
`;
