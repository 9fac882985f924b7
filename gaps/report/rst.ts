import type { GapReport, Verdict } from '../contract.ts';
import { findKiloVerdict, type KiloVerdict } from '../kilo.ts';
import { describeCounts, verdictWords } from './words.ts';

/** Widths as in the documents of 2015, and one more column for what is true of this cloud now. */
const widths: readonly number[] = [59, 25, 25, 68];

/** A reStructuredText section in the form of the analysis of 2015: title, introduction, one grid table. */
export function renderRst(report: GapReport): string {
  const title = `IPv6 Gap Analysis with ${report.cloud}`;
  const rule = '='.repeat(title.length);
  const introduction = wrap(
    `This section provides users with IPv6 gap analysis regarding feature requirement with ${report.cloud}. The following ` +
      'table lists the use cases / feature requirements of VIM-agnostic IPv6 functionality, including infrastructure layer ' +
      `and VNF (VM) layer, and its gap analysis with ${report.cloud}. Each was judged on real packets on ` +
      `${report.date.slice(0, 10)}: ${describeCounts(report)}.`,
    86,
  );
  const header = ['Use Case / Requirement', 'Supported in Kilo Neutron', `Supported in ${report.cloud}`, 'Notes'];
  const table = gridTable(
    header.map((text, column) => wrap(text, widthOf(column))),
    report.rows.map(tableRow),
  );
  return [rule, title, rule, '', ...introduction, '', ...table, ''].join('\n');
}

function tableRow(row: Verdict): string[][] {
  const kilo = findKiloVerdict(row.id);
  return [
    useCase(kilo?.useCase ?? [row.title]),
    kilo ? answers(kilo) : ['-'],
    [verdictWords[row.verdict]],
    wrap(escapeMarkup(notes(row)), widthOf(3)),
  ];
}

/** A blank line stands between the sentence and its list, or the list would be read as part of the sentence. */
function useCase([sentence = '', ...items]: readonly string[]): string[] {
  const list = items.flatMap((item) => wrap(item, widthOf(0), '   '));
  return items.length === 0
    ? wrap(escapeMarkup(sentence), widthOf(0))
    : [...wrap(escapeMarkup(sentence), widthOf(0)), '', ...list];
}

/** One answer, or a numbered one for each item of the use case. */
function answers({ supported }: KiloVerdict): string[] {
  return supported.length === 1 ? [...supported] : supported.map((answer, item) => `${item + 1}. ${answer}`);
}

/** A yes is told by what it proves; everything else by what stands in its way. */
function notes({ verdict, claim, summary }: Verdict): string {
  return verdict === 'yes' ? `${claim} ${capital(summary)}.` : `${capital(summary)}.`;
}

/** Each cell is a list of lines; every line of a row is padded to its column. */
function gridTable(header: string[][], rows: readonly string[][][]): string[] {
  const border = (character: string) => `+${widths.map((width) => character.repeat(width)).join('+')}+`;
  const lines = (cells: string[][]) => {
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from(
      { length: height },
      (_, line) => `|${widths.map((width, column) => (cells[column]?.[line] ?? '').padEnd(width)).join('|')}|`,
    );
  };
  return [border('-'), ...lines(header), border('='), ...rows.flatMap((cells) => [...lines(cells), border('-')])];
}

/** Breaks between words at the width, and within a word that is longer than a line. */
function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((whole) => chunks(whole, width - indent.length))) {
    const candidate = line === '' ? word : `${line} ${word}`;
    if (candidate.length <= width) line = candidate;
    else {
      lines.push(line);
      line = `${indent}${word}`;
    }
  }
  return [...lines, line];
}

function chunks(word: string, width: number): string[] {
  return word.length <= width ? [word] : [word.slice(0, width), ...chunks(word.slice(width), width)];
}

/** Characters that would start markup: `fixed_ips` is no reference, `*` no emphasis. */
function escapeMarkup(text: string): string {
  return text.replaceAll(/([\\*`|])/g, '\\$1').replaceAll(/_(?=\W|$)/g, '\\_');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function widthOf(column: number): number {
  return widths[column] ?? 0;
}
