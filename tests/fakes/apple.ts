import { createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AppleId {
  readonly sub: string;
  readonly email?: string;
  /** As Apple tells it: a text or not. */
  readonly email_verified?: boolean | 'true' | 'false';
  readonly firstName?: string;
  readonly lastName?: string;
}

export interface FakeApple {
  /** For `SIGN_IN_APPLE_*`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Who is signed in there from now on; null: who presses "cancel". */
  signIn(person: AppleId | null): void;
  /** Changes the next token that is handed out. */
  forgeNext(claims: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

const CLIENT_ID = 'org.example.choonsim';
const TEAM_ID = 'TEAM123456';
const KEY_ID = 'KEY1234567';
const HALF_A_YEAR_SECONDS = 15_777_000;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A server that behaves as Apple does: it answers by a form, and tells a name the first time only. */
export async function startFakeApple(): Promise<FakeApple> {
  const app = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const known = new Set<string>();
  const codes = new Map<string, { redirectUri: string; nonce: string; person: AppleId }>();
  let person: AppleId | null = null;
  let forged: Readonly<Record<string, unknown>> = {};

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/auth/authorize') return authorize(url.searchParams, response);
    if (url.pathname === '/auth/token') return hand(await readBody(request), response);
    if (url.pathname === '/auth/keys') {
      const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'apple-1', alg: 'RS256' };
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ keys: [jwk] }));
      return;
    }
    throw new Error('no such address');
  }

  /** A page whose form the browser sends at once. */
  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    const expected = { response_type: 'code', response_mode: 'form_post', client_id: CLIENT_ID };
    for (const [name, value] of Object.entries(expected)) {
      if (asked.get(name) !== value) throw new Error(`${name} must be ${value}`);
    }
    const [state, nonce, redirectUri] = ['state', 'nonce', 'redirect_uri'].map(
      (name) => asked.get(name) ?? '',
    ) as [string, string, string];
    const fields: Record<string, string> = { state };
    if (person) {
      const { sub, email, firstName, lastName } = person;
      fields.code = `c${randomUUID()}`;
      codes.set(fields.code, { redirectUri, nonce, person });
      if (!known.has(sub)) fields.user = JSON.stringify({ name: { firstName, lastName }, email });
      known.add(sub);
    } else {
      fields.error = 'user_cancelled_authorize';
    }
    const inputs = Object.entries(fields).map(
      ([name, value]) =>
        `<input type="hidden" name="${name}" value="${value.replaceAll('"', '&quot;')}">`,
    );
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(
      `<form method="post" action="${redirectUri}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`,
    );
  }

  function hand(body: URLSearchParams, response: ServerResponse): void {
    checkSecret(body.get('client_secret') ?? '');
    if (body.get('client_id') !== CLIENT_ID) throw new Error('invalid_client');
    const code = body.get('code') ?? '';
    const found = codes.get(code);
    codes.delete(code);
    if (!found || found.redirectUri !== body.get('redirect_uri')) throw new Error('invalid_grant');
    const { firstName: _first, lastName: _last, ...shown } = found.person;
    const iat = Math.floor(Date.now() / 1000);
    const own = { iss: issuer, aud: CLIENT_ID, iat, exp: iat + 86_400, nonce: found.nonce };
    const claims = { ...own, ...shown, ...forged };
    forged = {};
    const tokens = { access_token: 'a', token_type: 'Bearer', id_token: signed(claims) };
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(tokens));
  }

  function signed(claims: object): string {
    const text = `${part({ alg: 'RS256', kid: 'apple-1' })}.${part(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), own.privateKey).toString('base64url')}`;
  }

  function checkSecret(secret: string): void {
    const [head = '', body = '', signature = ''] = secret.split('.');
    const key = { key: createPublicKey(app.privateKey), dsaEncoding: 'ieee-p1363' } as const;
    const text = Buffer.from(`${head}.${body}`);
    if (!verify('sha256', text, key, Buffer.from(signature, 'base64url'))) {
      throw new Error('invalid_client: signature');
    }
    const read = (each: string) => JSON.parse(Buffer.from(each, 'base64url').toString());
    const { alg, kid } = read(head);
    const { iss, sub, aud, iat, exp } = read(body);
    const now = Date.now() / 1000;
    const isRight =
      alg === 'ES256' && kid === KEY_ID && iss === TEAM_ID && sub === CLIENT_ID && aud === issuer;
    const isTimely = iat <= now && exp > now && exp - iat <= HALF_A_YEAR_SECONDS;
    if (!isRight || !isTimely) throw new Error('invalid_client: claims');
  }

  return {
    variables: {
      SIGN_IN_APPLE_ID: CLIENT_ID,
      SIGN_IN_APPLE_TEAM_ID: TEAM_ID,
      SIGN_IN_APPLE_KEY_ID: KEY_ID,
      SIGN_IN_APPLE_KEY: String(app.privateKey.export({ format: 'pem', type: 'pkcs8' })),
      SIGN_IN_APPLE_ISSUER: issuer,
    },
    signIn(next) {
      person = next;
    },
    forgeNext(claims) {
      forged = claims;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}
