import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { GapReport, VerdictKind } from '../contract.ts';
import { describeCounts, kiloCell, verdictWords } from './words.ts';

/** The width of the terminal, and whether it shows colours. */
export interface TerminalOptions {
  /** Columns of the terminal. Default 100. */
  readonly width?: number;
  /** Default true. */
  readonly colour?: boolean;
}

const colours = { yes: 'green', partial: 'yellow', no: 'red', skipped: 'gray' } as const;
const marks: Readonly<Record<VerdictKind, string>> = { yes: '✔', partial: '◐', no: '✘', skipped: '–' };

/** A verdict as a word with a mark, so that it is read without colours too. */
export function paintVerdict(verdict: VerdictKind, colour: boolean): string {
  const text = `${marks[verdict]} ${verdictWords[verdict]}`;
  return colour ? styleText(colours[verdict], text, { validateStream: false }) : text;
}

/** The table as it is printed at the end of a run. */
export function renderTerminal(report: GapReport, { width = 100, colour = true }: TerminalOptions = {}): string {
  const fixed = [4, 14, 11];
  const rest = Math.max(50, Math.min(width, 180) - 29 - 6);
  const title = Math.floor(rest * 0.45);
  const table = new Table({
    head: ['#', 'use case', 'Kilo 2015', 'now', 'why'],
    colWidths: [fixed[0] ?? 4, title, fixed[1] ?? 14, fixed[2] ?? 11, rest - title],
    colAligns: ['right'],
    wordWrap: true,
    style: { head: colour ? ['bold'] : [], border: colour ? ['gray'] : [], compact: false },
  });
  for (const row of report.rows) {
    table.push([row.id, row.title, kiloCell(row), paintVerdict(row.verdict, colour), row.summary]);
  }
  return `${table.toString()}\n${report.cloud}: ${describeCounts(report)}\n`;
}
