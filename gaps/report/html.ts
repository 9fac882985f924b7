import type { GapReport, Part, PartOutcome, Verdict, VerdictKind } from '../contract.ts';
import { describeKilo, findKiloVerdict } from '../kilo.ts';
import { script, style } from './html-assets.ts';
import { countVerdicts, describeCounts, outcomeWords, verdictKinds, verdictWords } from './words.ts';

/** One self-contained page: no request leaves it, it reads without scripts, in the light, in the dark and on paper. */
export function renderHtml(report: GapReport): string {
  const title = `IPv6 gap analysis: ${report.cloud}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#rows">Skip to the use cases</a>
${masthead(report)}
<main>
${toolbar(report)}
<ol class="rows" id="rows">
${report.rows.map(rowItem).join('\n')}
</ol>
</main>
<footer><p>Rendered from the verdicts alone. A use case counts as <strong>yes</strong> only when its probe has seen everything
that it must, the negative cases included; <strong>partial</strong> names what was not seen. The 2015 column is the IPv6 gap
analysis with OpenStack Kilo.</p></footer>
<script>${script}</script>
</body>
</html>
`;
}

function masthead(report: GapReport): string {
  const counts = countVerdicts(report);
  const total = report.rows.length;
  const shown = verdictKinds.filter((kind) => counts[kind] > 0);
  const bar = shown.map((kind) => `<span class="${kind}" style="flex:${counts[kind]}"></span>`).join('');
  const figures = shown.map(
    (kind) =>
      `<div class="figure ${kind}"><dt>${badgeMark(kind)} ${verdictWords[kind]}</dt><dd>${counts[kind]}</dd></div>`,
  );
  return `<header class="masthead">
<p class="eyebrow">Executable gap analysis</p>
<h1>IPv6 in ${escapeHtml(report.cloud)}, case by case</h1>
<p class="lead">${total} use case${total === 1 ? '' : 's'}, each run with real packets by real guests, against what the same list said of OpenStack
Kilo in 2015. <time datetime="${escapeHtml(report.date)}">${escapeHtml(readableDate(report.date))}</time>.</p>
<dl class="figures">${figures.join('')}</dl>
<div class="bar" role="img" aria-label="${escapeHtml(describeCounts(report))}">${bar}</div>
</header>`;
}

function toolbar(report: GapReport): string {
  const counts = countVerdicts(report);
  const buttons = verdictKinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `<button type="button" data-only="${kind}" aria-pressed="false">${verdictWords[kind]}</button>`);
  return `<div class="toolbar" hidden>
<span id="filter-label">Show</span>
<div role="group" aria-labelledby="filter-label"><button type="button" data-only="" aria-pressed="true">All</button>${buttons.join('')}</div>
<button type="button" id="expand" aria-expanded="false">Open all evidence</button>
</div>
<div class="columns" aria-hidden="true"><span>#</span><span>Use case</span><span>Kilo, 2015</span><span>Now</span></div>`;
}

function rowItem(row: Verdict): string {
  return `<li class="row ${row.verdict}" data-verdict="${row.verdict}" id="row-${escapeHtml(row.id)}"><details>
<summary>
<span class="number" aria-label="Use case ${escapeHtml(row.id)}">${escapeHtml(row.id)}</span>
<span class="what"><span class="title">${escapeHtml(row.title)}</span><span class="why">${escapeHtml(row.summary)}</span></span>
<span class="then"><span class="label">Kilo, 2015: </span>${kiloBadge(row)}</span>
<span class="now"><span class="label">Now: </span><span class="badge ${row.verdict}">${badgeMark(row.verdict)} ${verdictWords[row.verdict]}</span></span>
</summary>
<div class="detail">
<p class="claim">${escapeHtml(row.claim)}</p>
<ul class="parts">
${row.evidence.map(partItem).join('\n')}
</ul>
<p class="sources">${row.source.map(escapeHtml).join(' · ')} · took ${(row.milliseconds / 1000).toFixed(1)} s</p>
</div>
</details></li>`;
}

const partMarks: Readonly<Record<PartOutcome, string>> = {
  passed: '✔',
  failed: '✘',
  refused: '✘',
  unproven: '◐',
  skipped: '–',
};

function partItem({ part, outcome, seen }: Part): string {
  const observations = seen.length > 0 ? `<ul>${seen.map((one) => `<li>${escapeHtml(one)}</li>`).join('')}</ul>` : '';
  return `<li class="part ${outcome}"><span class="mark" aria-hidden="true">${partMarks[outcome]}</span>
<div><span class="name">${escapeHtml(part)}</span> <span class="outcome">${outcomeWords[outcome]}</span>${observations}</div></li>`;
}

function kiloBadge(row: Verdict): string {
  const kilo = findKiloVerdict(row.id);
  if (!kilo) return '<span class="badge plain">not asked</span>';
  return `<span class="badge plain">${escapeHtml(describeKilo(kilo))}</span>`;
}

/** A shape beside the colour: a verdict is never told by its colour alone. */
function badgeMark(kind: VerdictKind): string {
  const marks = { yes: '✔', partial: '◐', no: '✘', skipped: '–' } as const;
  return `<span aria-hidden="true">${marks[kind]}</span>`;
}

function readableDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).concat(' UTC');
}

/** Everything that comes from a cloud or a guest is text, never markup. */
function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
