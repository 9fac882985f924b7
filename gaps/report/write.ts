import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GapReport } from '../contract.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { renderRst } from './rst.ts';

/** Every form of the report that is a file. */
export function reportFiles(report: GapReport): Readonly<Record<string, string>> {
  return {
    'report.json': renderJson(report),
    'report.md': renderMarkdown(report),
    'report.rst': renderRst(report),
    'report.html': renderHtml(report),
  };
}

/** Writes them all, each whole or not at all: a browser may be reading. */
export async function writeReport(report: GapReport, directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  return Promise.all(
    Object.entries(reportFiles(report)).map(async ([name, text]) => {
      const path = join(directory, name);
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
      return path;
    }),
  );
}
