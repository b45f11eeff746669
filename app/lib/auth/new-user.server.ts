import { APIError } from 'better-auth/api';
import { preferredLanguage } from '../../i18n/language.server.ts';
import { catalogueOf } from '../../i18n/language.ts';
import { findNameError, NAME_MAX_LENGTH } from '../forms/account-rules.ts';
import { addressOf, CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { takeTurn } from '../limits/limit-counters.server.ts';
import { signUpLimits } from '../limits/sign-up-limits.server.ts';
import { env } from '../settings/env.server.ts';
import { isRestingAddress } from './deleted-users.server.ts';
import { guardSignUp } from './sign-up-guard.server.ts';

interface NewUser {
  readonly name: string;
  readonly email: string;
}

/**
 * A sign-up by another site costs a wallet like any other, and has the same limits and rules. The
 * name is the site's, if a page would accept it; a picture is not stored.
 * @throws APIError; the log-in page has a sentence for its code
 */
export async function admitUserOfOtherSite<User extends NewUser>(user: User, headers: Headers) {
  const { email } = user;
  const reserved = env().adminEmails.includes(email) || (await isRestingAddress(email));
  if (reserved) throw refused('account_not_linked');
  const address = headers.get(CLIENT_ADDRESS_HEADER) ?? 'unknown';
  await guardSignUp({ email, address, headers });
  const turn = await takeTurn(signUpLimits(addressOf(headers)));
  if (!turn.isWithin) throw refused('TOO_MANY_REQUESTS');
  return { ...user, name: fittingName(user, headers), image: null };
}

const APPLE_RELAY = 'privaterelay.appleid.com';

function fittingName({ name, email }: NewUser, headers: Headers): string {
  const [local = '', host] = email.split('@');
  // A relay address contains no name.
  const before = host === APPLE_RELAY ? '' : local;
  for (const each of [name, before]) {
    const shortened = [...each.trim()].slice(0, NAME_MAX_LENGTH).join('').slice(0, NAME_MAX_LENGTH);
    if (findNameError(shortened.trim()) === null) return shortened.trim();
  }
  const language = preferredLanguage(headers.get('Accept-Language') ?? '') ?? 'ko';
  return catalogueOf(language).account.otherSites.nameless;
}

function refused(code: string): APIError {
  return new APIError('FORBIDDEN', { code, message: 'This account was not made.' });
}
