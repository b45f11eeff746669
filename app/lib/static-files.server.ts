import { readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

const IMMUTABLE = 'public, max-age=31536000, immutable';
const ONE_HOUR = 'public, max-age=3600';

const CONTENT_TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  png: 'image/png',
  ico: 'image/x-icon',
};

interface StoredFile {
  readonly contentType: string;
  readonly bodies: { readonly identity: Buffer; readonly br?: Buffer; readonly gzip?: Buffer };
}

/**
 * Serves the built client files, compressed once and kept in memory: they are few and small, and a
 * running server keeps answering while the next build replaces them on the disk.
 */
export function serveClientFiles(folder: string): RequestHandler {
  const stored = new Map<string, Promise<StoredFile | null>>();
  return async (request, response, next) => {
    const path = request.path;
    const extension = /\.([a-z]+)$/.exec(path)?.[1] ?? '';
    const contentType = CONTENT_TYPES[extension];
    if (!contentType || !['GET', 'HEAD'].includes(request.method)) return next();
    const loading = stored.get(path) ?? load({ folder, path, contentType });
    const file = await loading;
    if (!file) return next();
    stored.set(path, loading);
    const encoding = pickEncoding(request.acceptsEncodings(), file);
    response.set('Content-Type', file.contentType);
    response.set('Cache-Control', path.startsWith('/assets/') ? IMMUTABLE : ONE_HOUR);
    response.vary('Accept-Encoding');
    if (encoding !== 'identity') response.set('Content-Encoding', encoding);
    response.send(file.bodies[encoding]);
  };
}

function pickEncoding(accepted: string[], file: StoredFile): 'br' | 'gzip' | 'identity' {
  if (file.bodies.br && accepted.includes('br')) return 'br';
  return file.bodies.gzip && accepted.includes('gzip') ? 'gzip' : 'identity';
}

interface FileToLoad {
  readonly folder: string;
  readonly path: string;
  readonly contentType: string;
}

async function load({ folder, path, contentType }: FileToLoad): Promise<StoredFile | null> {
  const file = normalize(join(folder, path));
  if (!file.startsWith(folder + sep)) return null;
  const identity = await readFile(file).catch(() => null);
  if (!identity) return null;
  if (contentType.startsWith('image/') && !contentType.includes('svg')) {
    return { contentType, bodies: { identity } };
  }
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(identity, quality),
    promisify(gzip)(identity),
  ]);
  return { contentType, bodies: { identity, br, gzip: zipped } };
}
