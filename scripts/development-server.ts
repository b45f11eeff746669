import { realpathSync, statSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join, resolve, sep } from 'node:path';
import type { Plugin, ViteDevServer } from 'vite';

type Next = (error?: unknown) => void;
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

/** What a browser loads of a project in development; nothing else of it is a file to anybody. */
const SERVED_FOLDERS = ['app', 'node_modules', 'packages/wallet-engine/src', 'public'];

/**
 * Vite for this machine alone: no other origin may read its answers, and it serves sources, not
 * everything that lies in the project.
 */
export async function createDevelopmentServer({
  root,
  server,
  hidden,
  plugins = [],
}: {
  root: string;
  /** Paths below which nothing is served, wherever they are: data and secrets. */
  hidden: readonly string[];
  /** Vite's own websocket would listen on a port of every interface. */
  server: Server;
  /** Beside those of the project's configuration. */
  plugins?: Plugin[];
}): Promise<{ vite: ViteDevServer; middlewares: Middleware }> {
  const { createServer } = await import('vite');
  const vite = await createServer({
    root,
    plugins,
    appType: 'custom',
    server: {
      middlewareMode: true,
      hmr: { server },
      cors: false,
      fs: { strict: true, allow: servedFolders(root) },
    },
  });
  const guard = refuseOtherFiles(root, hidden);
  return {
    vite,
    middlewares: (request, response, next) =>
      guard(request, response, (error) =>
        error ? next(error) : vite.middlewares(request, response, next),
      ),
  };
}

/** Also where a link leads: packages are often linked. */
function servedFolders(root: string): string[] {
  return SERVED_FOLDERS.flatMap((name) => {
    const folder = join(root, name);
    try {
      return [folder, realpathSync(folder)];
    } catch {
      return [];
    }
  });
}

/**
 * Before Vite looks at an address, whatever its query asks for (`?raw`, `?import`, `?url`): a path to a
 * file outside the served folders is answered 404, in every spelling that a decoder may undo.
 */
function refuseOtherFiles(root: string, hidden: readonly string[]): Middleware {
  const served = servedFolders(root);
  const isServed = (path: string) =>
    served.some((folder) => isBelow(path, folder)) && !hidden.some((one) => path.startsWith(one));
  return (request, response, next) => {
    const paths = readings(request.url ?? '/');
    const isRefused =
      paths === null || paths.some((path) => isFileOutside({ root, path, isServed }));
    if (!isRefused) return next();
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not Found');
  };
}

/**
 * A path as Vite, or whoever it hands it to, may come to read it: as it is, decoded, decoded again.
 * Null: not to be decoded.
 */
function readings(url: string): string[] | null {
  const [raw = '/'] = url.split(/[?#]/, 1);
  try {
    const once = decodeURIComponent(raw);
    const twice = once.includes('%') ? decodeURIComponent(once) : once;
    return [raw, once, twice].map((path) => path.replaceAll('\\', '/').replaceAll('\0', ''));
  } catch {
    return null;
  }
}

function isFileOutside({
  root,
  path,
  isServed,
}: {
  root: string;
  path: string;
  isServed: (path: string) => boolean;
}): boolean {
  // It starts an editor on any file.
  if (path.startsWith('/__open-in-editor')) return true;
  if (path.startsWith('/@fs/')) return !isServed(resolve('/', path.slice('/@fs/'.length)));
  if (path.startsWith('/@id/')) {
    const id = path.slice('/@id/'.length).replace(/^__x00__/, '');
    // The name of a package or of a virtual module, unless it is a path again.
    return isFileOutside({ root, path: resolve('/', id), isServed });
  }
  const parts = path.split('/').filter(Boolean);
  const inProject = resolve(root, ...parts);
  const onDisk = resolve('/', ...parts);
  if (isServed(inProject) || isServed(onDisk)) return false;
  // Not only what is there now: whether a hidden file exists is nobody's business either.
  if (parts.some((part) => part.startsWith('.'))) return true;
  return exists(inProject) ? parts.length > 0 : parts.length > 1 && exists(onDisk);
}

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(folder + sep);

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
