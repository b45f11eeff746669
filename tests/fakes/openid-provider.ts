import { OAuth2Server } from 'oauth2-mock-server';

export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

export interface OpenIdProvider {
  /** For `SIGN_IN_OPENID_*`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Who is signed in there from now on. */
  signIn(person: Person): void;
  close(): Promise<void>;
}

/** Another site where people are signed in, which speaks OpenID Connect. */
export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, 'localhost');
  let person: Person = { sub: 'nobody' };
  server.service.on('beforeUserinfo', (answer: { body: object; statusCode: number }) => {
    answer.body = person;
  });
  return {
    variables: {
      SIGN_IN_OPENID_ID: 'choonsim',
      SIGN_IN_OPENID_SECRET: 'a-secret-of-the-provider',
      SIGN_IN_OPENID_ISSUER: String(server.issuer.url),
      SIGN_IN_OPENID_NAME: 'Example ID',
    },
    signIn(next) {
      person = next;
    },
    close: () => server.stop(),
  };
}
