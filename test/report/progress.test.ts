import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Row } from '../../gaps/contract.ts';
import { createProgressView, type Screen } from '../../gaps/progress.ts';
import { aPart, aReport } from './fixture.ts';

const verdict = aReport().rows.find(({ id }) => id === '4');
const row: Row = { id: '4', title: 'a row with quite a long title', claim: '', source: [], check: async () => {} };

function aScreen(terminal: Pick<Screen, 'isTTY' | 'columns'>) {
  const written: string[] = [];
  const screen: Screen = { ...terminal, write: (text) => written.push(text) };
  return { screen, text: () => written.join('') };
}

function play(screen: Screen): void {
  assert.ok(verdict);
  const view = createProgressView([row], screen);
  view.onEvent({ kind: 'started', row });
  view.onEvent({ kind: 'part', row, part: aPart() });
  view.onEvent({ kind: 'finished', row, verdict });
  view.end();
}

test('without a terminal, one plain line is written for each row that ends', () => {
  const { screen, text } = aScreen({});
  play(screen);
  assert.equal(
    text(),
    '✘ No   4 IPv6 subnet routed to an external IPv6 network (1.2 s)  the API refuses: an external network\n',
  );
});

test('on a terminal the live lines go away, and the verdict stays', () => {
  const { screen, text } = aScreen({ isTTY: true, columns: 60 });
  play(screen);
  const last = text().slice(text().lastIndexOf('\x1b[J') + 3);
  assert.equal(last, '', 'nothing stays below the verdicts');
  const lines = stripVTControlCharacters(text()).split('\n');
  assert.ok(lines.some((line) => line.startsWith('✘ No')));
  for (const line of lines) assert.ok(line.length < 90, line);
});
