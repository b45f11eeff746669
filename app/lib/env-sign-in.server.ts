import { z } from 'zod';
import { httpUrl } from './env-fields.server.ts';
import type { EnvironmentFault } from './env-names.server.ts';
import { PROVIDER_IDS, type ProviderId } from './other-sign-in/sites.ts';

/** Another site by which people may sign in. */
export interface SignInProvider {
  readonly id: ProviderId;
  /** Null: the catalogues know what it is called. */
  readonly name: string | null;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of an OpenID provider; null: the site is known. */
  readonly issuer: string | null;
}

const oneWord = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'use it as the provider shows it, in one line without spaces.')
  .optional();

export const signInVariables = {
  SIGN_IN_GOOGLE_ID: oneWord,
  SIGN_IN_GOOGLE_SECRET: oneWord,
  SIGN_IN_KAKAO_ID: oneWord,
  SIGN_IN_KAKAO_SECRET: oneWord,
  SIGN_IN_NAVER_ID: oneWord,
  SIGN_IN_NAVER_SECRET: oneWord,
  SIGN_IN_OPENID_ID: oneWord,
  SIGN_IN_OPENID_SECRET: oneWord,
  SIGN_IN_OPENID_ISSUER: httpUrl.optional(),
  SIGN_IN_OPENID_NAME: z
    .string()
    .regex(/^[^\p{Cc}]{1,30}$/u, 'use a name of up to 30 characters, such as Example ID.')
    .optional(),
};

type Source = Readonly<Record<string, string | undefined>>;

/** Rules between the variables of one provider: all of them, or none. */
export function findSignInFaults(given: Source): EnvironmentFault[] {
  const faults: EnvironmentFault[] = [];
  for (const id of PROVIDER_IDS) {
    const names = namesOf(id);
    const set = names.filter((name) => given[name]);
    if (set.length === 0) continue;
    for (const name of names.filter((each) => !given[each])) {
      faults.push({ name, remedy: `missing beside ${set[0]}. Set all of ${names.join(', ')}.` });
    }
  }
  return faults;
}

/** @returns those that are configured, in the order of their buttons */
export function signInProviders(given: Source): SignInProvider[] {
  return PROVIDER_IDS.filter((id) => given[`SIGN_IN_${id.toUpperCase()}_ID`]).map((id) => {
    const prefix = `SIGN_IN_${id.toUpperCase()}`;
    return {
      id,
      name: given[`${prefix}_NAME`] ?? null,
      clientId: given[`${prefix}_ID`] ?? '',
      clientSecret: given[`${prefix}_SECRET`] ?? '',
      issuer: given[`${prefix}_ISSUER`]?.replace(/\/+$/, '') ?? null,
    };
  });
}

function namesOf(id: ProviderId): string[] {
  const own = id === 'openid' ? ['ID', 'SECRET', 'ISSUER', 'NAME'] : ['ID', 'SECRET'];
  return own.map((name) => `SIGN_IN_${id.toUpperCase()}_${name}`);
}
