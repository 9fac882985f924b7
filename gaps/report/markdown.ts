import type { GapReport, Part, Verdict } from '../contract.ts';
import { describeCounts, kiloCell, outcomeWords, verdictWords } from './words.ts';

/** A table of all rows, then the evidence of each. */
export function renderMarkdown(report: GapReport): string {
  const head = [
    `# IPv6 gap analysis: ${report.cloud}`,
    '',
    `${report.date}: ${describeCounts(report)}, each judged on real packets.`,
    '',
    markdownTable(report),
    '',
  ];
  return `${[...head, ...report.rows.flatMap(renderRow)].join('\n')}\n`;
}

/** The verdicts as a table in Markdown, one row for each use case, beside the answers of 2015. */
export function markdownTable({ cloud, rows }: GapReport): string {
  return [
    `| # | use case | Kilo (2015) | ${cloud} | |`,
    '|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.id} | ${cell(row.title)} | ${kiloCell(row)} | **${verdictWords[row.verdict]}** | ${cell(row.summary)} |`,
    ),
  ].join('\n');
}

function renderRow(row: Verdict): string[] {
  return [
    `## ${row.id}. ${row.title}: ${verdictWords[row.verdict]}`,
    '',
    row.claim,
    '',
    ...row.evidence.flatMap(renderPart),
    '',
    `Sources: ${row.source.join('; ')}. ${(row.milliseconds / 1000).toFixed(1)} s.`,
    '',
  ];
}

function renderPart({ part, outcome, seen }: Part): string[] {
  return [`* ${part}: **${outcomeWords[outcome]}**`, ...seen.map((one) => `  * ${inline(one)}`)];
}

/** Quotes the words of guests and APIs, so that they are never read as Markdown. */
function inline(text: string): string {
  return text.replaceAll(/([\\`*_{}[\]<>|])/g, '\\$1').replaceAll('\n', ' ');
}

function cell(text: string): string {
  return inline(text);
}
