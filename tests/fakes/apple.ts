import { generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from 'node:crypto';
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

/** A server that behaves as Apple does: it answers by a form, and tells a name the first time only. */
export async function startFakeApple(): Promise<FakeApple> {
  const app = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const apple = new Apple(app.publicKey);
  const server = createServer((request, response) => {
    apple.answer(request, response).catch((error: unknown) => {
      sendJson(response, { error: String(error) }, 400);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apple.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    variables: {
      SIGN_IN_APPLE_ID: CLIENT_ID,
      SIGN_IN_APPLE_TEAM_ID: TEAM_ID,
      SIGN_IN_APPLE_KEY_ID: KEY_ID,
      SIGN_IN_APPLE_KEY: String(app.privateKey.export({ format: 'pem', type: 'pkcs8' })),
      SIGN_IN_APPLE_ISSUER: apple.issuer,
    },
    signIn(next) {
      apple.person = next;
    },
    forgeNext(claims) {
      apple.forged = claims;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Apple {
  issuer = '';
  person: AppleId | null = null;
  forged: Readonly<Record<string, unknown>> = {};
  readonly #appKey: KeyObject;
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #known = new Set<string>();
  readonly #codes = new Map<string, { redirectUri: string; nonce: string; person: AppleId }>();

  constructor(appKey: KeyObject) {
    this.#appKey = appKey;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer);
    switch (url.pathname) {
      case '/auth/authorize': {
        const { redirectUri, fields } = this.#authorize(url.searchParams);
        response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
        response.end(formSentAtOnce(redirectUri, fields));
        return;
      }
      case '/auth/token':
        return sendJson(response, this.#handTokens(await readBody(request)));
      case '/auth/keys': {
        const jwk = this.#keys.publicKey.export({ format: 'jwk' });
        return sendJson(response, { keys: [{ ...jwk, kid: 'apple-1', alg: 'RS256' }] });
      }
      default:
        throw new Error('no such address');
    }
  }

  #authorize(asked: URLSearchParams): { redirectUri: string; fields: Record<string, string> } {
    const expected = { response_type: 'code', response_mode: 'form_post', client_id: CLIENT_ID };
    for (const [name, value] of Object.entries(expected)) {
      if (asked.get(name) !== value) throw new Error(`${name} must be ${value}`);
    }
    const [state, nonce, redirectUri] = ['state', 'nonce', 'redirect_uri'].map(
      (name) => asked.get(name) ?? '',
    ) as [string, string, string];
    const { person } = this;
    if (!person) return { redirectUri, fields: { state, error: 'user_cancelled_authorize' } };
    const { sub, email, firstName, lastName } = person;
    const code = `c${randomUUID()}`;
    this.#codes.set(code, { redirectUri, nonce, person });
    const user = JSON.stringify({ name: { firstName, lastName }, email });
    const fields = { state, code, ...(!this.#known.has(sub) && { user }) };
    this.#known.add(sub);
    return { redirectUri, fields };
  }

  #handTokens(body: URLSearchParams) {
    checkSecret(body.get('client_secret') ?? '', { key: this.#appKey, audience: this.issuer });
    if (body.get('client_id') !== CLIENT_ID) throw new Error('invalid_client');
    const code = body.get('code') ?? '';
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    if (!found || found.redirectUri !== body.get('redirect_uri')) throw new Error('invalid_grant');
    const { firstName: _first, lastName: _last, ...shown } = found.person;
    const iat = Math.floor(Date.now() / 1000);
    const own = { iss: this.issuer, aud: CLIENT_ID, iat, exp: iat + 86_400, nonce: found.nonce };
    const claims = { ...own, ...shown, ...this.forged };
    this.forged = {};
    return { access_token: 'a', token_type: 'Bearer', id_token: this.#signed(claims) };
  }

  #signed(claims: object): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'RS256', kid: 'apple-1' })}.${part(claims)}`;
    const signature = sign('sha256', Buffer.from(text), this.#keys.privateKey);
    return `${text}.${signature.toString('base64url')}`;
  }
}

function checkSecret(secret: string, { key, audience }: { key: KeyObject; audience: string }) {
  const [head = '', body = '', signature = ''] = secret.split('.');
  const text = Buffer.from(`${head}.${body}`);
  const signed = Buffer.from(signature, 'base64url');
  if (!verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, signed)) {
    throw new Error('invalid_client: signature');
  }
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const { alg, kid } = read(head);
  const { iss, sub, aud, iat, exp } = read(body);
  const now = Date.now() / 1000;
  const isRight =
    alg === 'ES256' && kid === KEY_ID && iss === TEAM_ID && sub === CLIENT_ID && aud === audience;
  const isTimely = iat <= now && exp > now && exp - iat <= HALF_A_YEAR_SECONDS;
  if (!isRight || !isTimely) throw new Error('invalid_client: claims');
}

function formSentAtOnce(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) =>
      `<input type="hidden" name="${name}" value="${value.replaceAll('"', '&quot;')}">`,
  );
  return `<form method="post" action="${action}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`;
}

function sendJson(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function readBody(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}
