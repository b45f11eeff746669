import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { AppServer } from './app-server.ts';

const root = join(import.meta.dirname, '../..');

/** Runs `npm run admin-link` or `account-link` like an operator. `link` is empty if it was refused. */
export function runAdminLink(
  server: AppServer,
  {
    script = 'admin-link',
    email,
    adminEmail = '',
    env = {},
  }: { script?: 'admin-link' | 'account-link'; email: string; adminEmail?: string; env?: object },
): { status: number | null; output: string; link: string } {
  const { status, stdout, stderr } = spawnSync('npm', ['run', script, '--', email], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_ENV: '',
      DATA_DIR: dirname(server.databaseFile),
      ...(adminEmail && { ADMIN_EMAILS: adminEmail }),
      PORT: new URL(server.url).port,
      ...env,
    },
  });
  const output = stdout + stderr;
  return { status, output, link: /http:\S+/.exec(output)?.[0] ?? '' };
}
