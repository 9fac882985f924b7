import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fastify } from 'fastify';
import { servePages } from './report-pages.ts';

const app = fastify();
let directory: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pages-'));
  const pages = join(directory, 'pages');
  await mkdir(pages);
  await writeFile(join(pages, 'report.html'), '<h1>21 rows</h1>');
  await writeFile(join(pages, 'report.json'), '{"rows":[]}');
  await writeFile(join(directory, 'secret.json'), 'not for browsers');
  servePages(app, pages);
  app.get('/', async () => ({ versions: [] }));
});

after(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

async function get(url: string, accept: string) {
  const { statusCode, headers, body } = await app.inject({ url, headers: { accept } });
  return { statusCode, type: headers['content-type'], body };
}

test('shows browsers the report, and clients of the API the versions', async () => {
  const browser = await get('/', 'text/html,application/xhtml+xml');
  assert.deepEqual(browser, { statusCode: 200, type: 'text/html; charset=utf-8', body: '<h1>21 rows</h1>' });
  assert.equal((await get('/', 'application/json')).body, '{"versions":[]}');
  assert.equal((await get('/', '*/*')).body, '{"versions":[]}');
  assert.equal((await get('/report.json?download', 'text/html')).body, '{"rows":[]}');
});

test('serves nothing outside of its directory, and no file of another kind', async () => {
  for (const url of [
    '/../secret.json',
    '/..%2Fsecret.json',
    '//secret.json',
    '/report.html/../../secret.json',
    '/x.sh',
  ])
    assert.equal((await get(url, 'text/html')).statusCode, 404, url);
});
