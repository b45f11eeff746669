import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

const IMMUTABLE = 'public, max-age=31536000, immutable';
const ONE_HOUR = 'public, max-age=3600';

const CONTENT_TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
};

/** It fetches pages for the browser, and runs nothing but itself. */
const SERVICE_WORKER = '/sw.js';
const WORKER_POLICY = "default-src 'none'; connect-src 'self'";

interface StoredFile {
  readonly contentType: string;
  readonly content: Buffer;
  compressed?: Promise<{ readonly br: Buffer; readonly gzip: Buffer }>;
}

/**
 * Serves the built client files from memory, with the build's own `.br` and `.gz` if there are
 * any, else compressed at the first request: they are few and small, and a running server keeps
 * answering while the next build replaces them on disk.
 */
export function serveClientFiles(folder: string): RequestHandler {
  const files = readFiles(folder);
  return async (request, response, next) => {
    const file = files.get(request.path);
    if (!file || !['GET', 'HEAD'].includes(request.method)) return next();
    if (request.path === SERVICE_WORKER) response.set('Content-Security-Policy', WORKER_POLICY);
    if (file.contentType === 'image/png') {
      // Already compressed.
      response.set('Content-Type', file.contentType);
      response.set('Cache-Control', cachingOf(request.path));
      response.send(file.content);
      return;
    }
    file.compressed ??= compress(file.content);
    const { br, gzip: zipped } = await file.compressed;
    // One by one: browsers list gzip first without preferring it.
    const encoding =
      request.acceptsEncodings('br') || request.acceptsEncodings('gzip', 'identity') || 'identity';
    response.set('Content-Type', file.contentType);
    response.set('Cache-Control', cachingOf(request.path));
    response.vary('Accept-Encoding');
    if (encoding !== 'identity') response.set('Content-Encoding', encoding);
    response.send(encoding === 'br' ? br : encoding === 'gzip' ? zipped : file.content);
  };
}

function cachingOf(path: string): string {
  return path.startsWith('/assets/') ? IMMUTABLE : ONE_HOUR;
}

function readFiles(folder: string): Map<string, StoredFile> {
  const files = new Map<string, StoredFile>();
  const names = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
  const read = (name: string) => readFileSync(join(folder, name));
  for (const name of names) {
    const contentType = CONTENT_TYPES[name.split('.').at(-1) ?? ''];
    if (!contentType || name.startsWith('.')) continue;
    const file: StoredFile = { contentType, content: read(name) };
    if (names.has(`${name}.br`) && names.has(`${name}.gz`)) {
      file.compressed = Promise.resolve({ br: read(`${name}.br`), gzip: read(`${name}.gz`) });
    }
    files.set(`/${name.split(sep).join('/')}`, file);
  }
  return files;
}

async function compress(content: Buffer): Promise<{ br: Buffer; gzip: Buffer }> {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(content, quality),
    promisify(gzip)(content),
  ]);
  return { br, gzip: zipped };
}
