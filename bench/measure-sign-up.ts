import { createServer } from 'node:http';
import { toNodeHandler } from 'better-auth/node';
import { auth } from '#app/lib/auth.server.ts';
import { configureEnvironment } from '#app/lib/settings/env.server.ts';
import { percentile } from './percentile.ts';
import type { Progress } from './progress.ts';
import { setStage, warmUp } from './stage.ts';

export interface SignUpFigures {
  withWalletP50Ms: number;
  withoutP50Ms: number;
}

const samples = 60;

/**
 * better-auth's sign-up over HTTP as the app configures it, one after another, alternately with and
 * without the hook that requests the wallet. The workers of the same process run in both cases.
 */
export async function measureSignUp(_: object, progress: Progress): Promise<SignUpFigures> {
  const stage = await setStage({ lanes: 64 });
  await stage.engine.start();
  await warmUp(stage);
  const url = await serveAuth();
  // Warm-up.
  for (const name of ['a', 'b', 'c']) await signUp(url, name);
  const withWalletMs: number[] = [];
  const withoutMs: number[] = [];
  for (let index = 0; index < samples; index += 1) {
    configureEnvironment({ ...stage.env, WALLET_CREATION: 'sync' });
    withoutMs.push(await signUp(url, `without-${index}`));
    configureEnvironment(stage.env);
    withWalletMs.push(await signUp(url, `with-${index}`));
    progress(`${index + 1} of ${samples} sign-ups`);
  }
  return { withWalletP50Ms: percentile(withWalletMs, 50), withoutP50Ms: percentile(withoutMs, 50) };
}

export function serveAuth(): Promise<string> {
  const server = createServer(toNodeHandler(auth()));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    });
  });
}

export async function signUp(url: string, name: string): Promise<number> {
  const startMs = performance.now();
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name, email: `${name}@example.com`, password: `password of ${name}` }),
  });
  await response.text();
  if (!response.ok) throw new Error(`sign-up answered ${response.status}`);
  return performance.now() - startMs;
}
