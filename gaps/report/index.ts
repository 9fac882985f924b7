/**
 * The gap report, rendered from the verdicts alone: JSON for machines, Markdown and RST for documents, one HTML file for
 * an audience, a table for a terminal. It runs nothing and knows no cloud.
 */
export { docsEnd, docsStart, replaceDocsTable } from './docs.ts';
export { renderHtml } from './html.ts';
export { parseReport, renderJson } from './json.ts';
export { renderMarkdown } from './markdown.ts';
export { renderRst } from './rst.ts';
export { paintVerdict, renderTerminal } from './terminal.ts';
export { writeReport } from './write.ts';
