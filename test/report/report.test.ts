import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import {
  docsEnd,
  docsStart,
  parseReport,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderRst,
  renderTerminal,
  replaceDocsTable,
  writeReport,
} from '../../gaps/report/index.ts';
import { aReport } from './fixture.ts';

const report = aReport();

test('JSON comes back as it was, with the members that tools look for', () => {
  const parsed = parseReport(renderJson(report));
  assert.deepEqual(parsed, report);
  assert.equal(parsed.cloud, 'Sextant');
  for (const row of parsed.rows) {
    assert.ok(row.id && row.title && Array.isArray(row.evidence));
    assert.match(row.verdict, /^(yes|partial|no|skipped)$/);
  }
  assert.throws(() => parseReport('{"rows": []}'), /not a gap report/);
});

test('RST is one section with one well-formed grid table', () => {
  const lines = renderRst(report).split('\n');
  assert.deepEqual(lines.slice(0, 3), ['='.repeat(30), 'IPv6 Gap Analysis with Sextant', '='.repeat(30)]);
  const table = lines.filter((line) => /^[+|]/.test(line));
  const border = table[0] ?? '';
  assert.match(border, /^\+(-+\+){4}$/);
  const corners = [...border].flatMap((character, column) => (character === '+' ? [column] : []));
  for (const line of table) {
    assert.equal(line.length, border.length, line);
    for (const column of corners) assert.match(line.charAt(column), /[+|]/, line);
  }
  assert.equal(table.filter((line) => line.startsWith('+=')).length, 1);
  assert.equal(table.filter((line) => line === border).length, report.rows.length + 1);
  assert.match(
    table[1] ?? '',
    /^\|Use Case \/ Requirement +\|Supported in Kilo Neutron\|Supported in Sextant +\|Notes +\|$/,
  );
});

test('RST keeps the list of a use case apart from its sentence, and answers each item', () => {
  const text = renderRst(report);
  assert.match(text, /\|1\. Both VLAN and overlay \(e\.g\. GRE, VXLAN\) subnet attached/);
  assert.match(text, /\|2\. Yes +\|/);
  assert.match(text, /fixed_ips\\_/);
});

test('Markdown quotes what guests say', () => {
  const text = renderMarkdown(report);
  assert.ok(text.includes('\\<script\\>alert("guest")'));
  assert.ok(text.includes('| 2 | IPv6 VM to VM only | Yes | **Yes** | all 2 parts seen |'));
});

test('the terminal table fits its width, and reads without colours', () => {
  const plain = renderTerminal(report, { width: 120, colour: false });
  assert.equal(plain, stripVTControlCharacters(plain));
  assert.equal(stripVTControlCharacters(renderTerminal(report, { width: 120 })), plain);
  assert.ok(Math.max(...plain.split('\n').map(({ length }) => length)) <= 120);
  assert.match(plain, /✔ Yes.*\n/);
  assert.match(plain, /Sextant: 1 yes, 1 partial, 1 no, 1 skipped/);
});

test('HTML is self-contained, balanced, and takes nothing from a guest as markup', () => {
  const html = renderHtml(report);
  assert.doesNotMatch(html, /(src|href)="(?!#)/, 'no asset and no link leaves the page');
  assert.doesNotMatch(html, /@import|url\(/);
  assert.ok(!html.includes('<script>alert'));
  assert.ok(html.includes('&lt;script&gt;alert(&quot;guest&quot;)'));
  assert.match(html, /^<!doctype html>\n<html lang="en">/);
  assert.deepEqual(unbalancedTags(html), []);
  assert.match(html, /<dl[^>]*>(<div[^>]*><dt>.*?<\/dt><dd>.*?<\/dd><\/div>)+<\/dl>/, 'a term, then what it is');
});

test('HTML tells each verdict in words, and counts them', () => {
  const html = renderHtml(report);
  for (const { id, verdict } of report.rows) assert.ok(html.includes(`data-verdict="${verdict}" id="row-${id}"`));
  assert.match(html, /aria-label="1 yes, 1 partial, 1 no, 1 skipped"/);
  assert.equal(html.match(/<details>/g)?.length, report.rows.length);
  assert.equal(new Set(html.match(/ id="[^"]+"/g)).size, html.match(/ id="[^"]+"/g)?.length, 'ids are unique');
});

test('all four files are written, and nothing half-written stays', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'report-'));
  await writeReport(report, join(directory, 'gap-report'));
  const files = await readdir(join(directory, 'gap-report'));
  assert.deepEqual(files.sort(), ['report.html', 'report.json', 'report.md', 'report.rst']);
  await rm(directory, { recursive: true });
});

test('the table of a document is replaced between its markers, and again without change', () => {
  const document = `before\n${docsStart}\nold\n${docsEnd}\nafter\n`;
  const once = replaceDocsTable(document, report);
  assert.ok(once?.startsWith('before\n') && once.endsWith('\nafter\n') && !once.includes('old'));
  assert.equal(replaceDocsTable(once ?? '', report), once);
  assert.equal(replaceDocsTable('no markers', report), undefined);
});

/** Elements that were opened and not closed in order, void ones aside. */
function unbalancedTags(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const body = html.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '').replace(/<!doctype[^>]*>/, '');
  for (const [, slash, name = ''] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (name === 'meta') continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}
