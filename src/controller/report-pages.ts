import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.rst': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The file that a browser gets at `/`. */
const frontPage = 'report.html';

/**
 * Shows browsers the files of a directory: its report at `/`, the others by their name. A client that does not ask for
 * HTML gets the API's answer, so clients of the API never see this.
 */
export function servePages(server: FastifyInstance, directory: string): void {
  server.addHook('onRequest', async (request, reply) => {
    const file = fileFor(request);
    if (file === undefined) return;
    const path = join(directory, file);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return;
    reply.type(contentTypes[extname(file)] ?? 'application/octet-stream');
    return reply.send(createReadStream(path));
  });
}

/** Only plain names: no path of the client's ever reaches the file system. */
function fileFor({ method, url, headers }: FastifyRequest): string | undefined {
  if (method !== 'GET' || !headers.accept?.includes('text/html')) return undefined;
  const path = url.split('?', 1)[0] ?? '';
  if (path === '/') return frontPage;
  const name = path.slice(1);
  return name === basename(name) && Object.hasOwn(contentTypes, extname(name)) ? name : undefined;
}
