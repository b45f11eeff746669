import { z } from 'zod';
import { isBlank } from '../forms/visible-text.ts';
import { type AppleKey, readAppleKey } from './apple-secret.ts';
import { baseUrl } from './env-fields.server.ts';
import type { SettingError } from './env-names.server.ts';
import { PROVIDER_IDS, type ProviderId } from './sites.ts';

/** Another site that users can sign in with. */
export interface SignInProvider {
  readonly id: ProviderId;
  /** Null: its name is in the catalogues. */
  readonly name: string | null;
  readonly clientId: string;
  readonly clientSecret: string;
  /** For OpenID providers and Apple; null: the library knows the site. */
  readonly issuer: string | null;
  /** Apple's client secret is signed with it each time. */
  readonly apple: AppleKey | null;
}

const oneWord = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'use it as the provider shows it, in one line without spaces.')
  .optional();

const APPLE = 'https://appleid.apple.com';

const tenCharacters = z
  .string()
  .regex(/^[A-Z0-9]{10}$/, 'use the ten letters and digits that Apple shows for it.')
  .optional();

export const signInVariables = {
  SIGN_IN_APPLE_ID: oneWord,
  SIGN_IN_APPLE_TEAM_ID: tenCharacters,
  SIGN_IN_APPLE_KEY_ID: tenCharacters,
  SIGN_IN_APPLE_KEY: z
    .string()
    .refine(
      (text) => readAppleKey(text) !== null,
      'use the content of the file AuthKey_….p8, or name the file by SIGN_IN_APPLE_KEY_FILE.',
    )
    .optional(),
  SIGN_IN_APPLE_ISSUER: baseUrl.default(APPLE),
  SIGN_IN_GOOGLE_ID: oneWord,
  SIGN_IN_GOOGLE_SECRET: oneWord,
  SIGN_IN_KAKAO_ID: oneWord,
  SIGN_IN_KAKAO_SECRET: oneWord,
  SIGN_IN_NAVER_ID: oneWord,
  SIGN_IN_NAVER_SECRET: oneWord,
  SIGN_IN_OPENID_ID: oneWord,
  SIGN_IN_OPENID_SECRET: oneWord,
  SIGN_IN_OPENID_ISSUER: baseUrl.optional(),
  SIGN_IN_OPENID_NAME: z
    .string()
    .regex(/^[^\p{Cc}]{1,30}$/u, 'use a name of up to 30 characters, such as Example ID.')
    .refine((text) => !isBlank(text), 'use a name that can be seen, such as Example ID.')
    .optional(),
};

type Source = Readonly<Record<string, string | undefined>>;

/** Rules between the variables of one provider: all of them, or none. */
export function findSignInErrors(given: Source): SettingError[] {
  const errors: SettingError[] = [];
  for (const id of PROVIDER_IDS) {
    const names = namesOf(id);
    const set = names.filter((name) => given[name]);
    if (set.length === 0) continue;
    for (const name of names.filter((each) => !given[each])) {
      errors.push({ name, remedy: `missing beside ${set[0]}. Set all of ${names.join(', ')}.` });
    }
  }
  return errors;
}

/** @returns the configured providers, in the order of their buttons */
export function signInProviders(given: Source): SignInProvider[] {
  return PROVIDER_IDS.filter((id) => given[`SIGN_IN_${id.toUpperCase()}_ID`]).map((id) => {
    const prefix = `SIGN_IN_${id.toUpperCase()}`;
    return {
      id,
      name: given[`${prefix}_NAME`] ?? null,
      clientId: given[`${prefix}_ID`] ?? '',
      clientSecret: given[`${prefix}_SECRET`] ?? '',
      issuer:
        (given[`${prefix}_ISSUER`] ?? (id === 'apple' ? APPLE : null))?.replace(/\/+$/, '') ?? null,
      apple: id === 'apple' ? appleKey(given) : null,
    };
  });
}

function appleKey(given: Source): AppleKey | null {
  const privateKey = readAppleKey(given.SIGN_IN_APPLE_KEY ?? '');
  if (!privateKey) return null;
  const { SIGN_IN_APPLE_TEAM_ID: teamId = '', SIGN_IN_APPLE_KEY_ID: keyId = '' } = given;
  return { teamId, keyId, privateKey };
}

/** The required variables of each. */
const NEEDED: Readonly<Partial<Record<ProviderId, readonly string[]>>> = {
  apple: ['ID', 'TEAM_ID', 'KEY_ID', 'KEY'],
  openid: ['ID', 'SECRET', 'ISSUER', 'NAME'],
};

function namesOf(id: ProviderId): string[] {
  const own = NEEDED[id] ?? ['ID', 'SECRET'];
  return own.map((name) => `SIGN_IN_${id.toUpperCase()}_${name}`);
}
