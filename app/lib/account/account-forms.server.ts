import { data, redirect } from 'react-router';
import { callAuth } from '../auth/auth-form.server.ts';
import { eraseUser } from '../auth/deleted-users.server.ts';
import { findPasswordProofError, findProofError, hasPassword } from '../auth/fresh-proof.server.ts';
import type {
  AccountField,
  AccountFormResult,
  AccountOwner,
} from '../forms/account-form-result.ts';
import type { AccountIntent } from '../forms/account-intents.ts';
import { findEmailError, findNameError, findPasswordError } from '../forms/account-rules.ts';
import type { FormError } from '../forms/form-error.ts';
import { type FormFields, readForm } from '../forms/read-fields.server.ts';
import { withWayBack } from '../forms/way-back.ts';
import { orLimit } from '../limits/limit-reached.server.ts';
import { log } from '../log.server.ts';
import { requestEmailChange } from '../mail/email-change.server.ts';
import { sendsMail } from '../mail/letters.server.ts';
import { dismissWalletStreams } from '../wallet/wallet-events.server.ts';
import {
  addOwnPasskey,
  fieldOfProof,
  linkOwnSite,
  removeOwnPasskey,
  unlinkOwnSite,
} from './way-in-forms.server.ts';

const FIELD_OF_PASSWORD_ERROR: Partial<Record<FormError, AccountField>> = {
  PASSWORD_WRONG: 'currentPassword',
  PASSWORD_GUESSABLE: 'newPassword',
  ADMIN_PASSWORD_TOO_SHORT: 'newPassword',
};

type Answer = AccountFormResult | Response | ReturnType<typeof data<AccountFormResult>>;
type FormHandler = (request: Request, form: FormFields, owner: AccountOwner) => Promise<Answer>;

const FORMS = {
  name: changeName,
  email: changeEmail,
  password: changePassword,
  'add-passkey': addOwnPasskey,
  'remove-passkey': removeOwnPasskey,
  'link-site': linkOwnSite,
  'unlink-site': unlinkOwnSite,
  'sign-out-everywhere': signOutEverywhere,
  delete: deleteAccount,
} as const satisfies Record<AccountIntent, FormHandler>;

/**
 * Handles one form of the account page.
 * @returns a redirect on success; errors to show beside the fields; null for an unknown form
 */
export async function answerAccountForm(
  request: Request,
  owner: AccountOwner,
): Promise<Answer | null> {
  const form = await readForm(request);
  const intent = form.text('intent');
  return isIntent(intent) ? FORMS[intent](request, form, owner) : null;
}

/**
 * The log-in path for a form sent without a session; it leads back to the page with the typed name.
 * Passwords are never kept.
 */
export async function logInPathOfForm(request: Request): Promise<string> {
  const form = await readForm(request);
  const name = form.text('intent') === 'name' ? form.text('name').trim() : '';
  const isKept = name !== '' && name !== form.text('nameBefore');
  const page = isKept ? `/account?${new URLSearchParams({ name })}` : '/account';
  return withWayBack('/login', page);
}

function isIntent(text: string): text is AccountIntent {
  return Object.hasOwn(FORMS, text);
}

async function changeName(request: Request, form: FormFields): Promise<Answer> {
  const name = form.text('name').trim();
  const refuse = (errors: AccountFormResult['errors']) => ({
    intent: 'name' as const,
    name,
    errors,
  });
  const error = form.tooLong.has('name') ? 'NAME_TOO_LONG' : findNameError(name);
  if (error) return refuse({ name: error });
  const answer = await callAuth(request, '/update-user', { name });
  if (!answer.ok) return refuse({ form: answer.error });
  return redirect('/account?saved=name', { headers: answer.headers });
}

async function changeEmail(
  request: Request,
  form: FormFields,
  owner: AccountOwner,
): Promise<Answer> {
  const newEmail = form.text('newEmail').trim();
  const refuse = (errors: AccountFormResult['errors']) => ({
    ...{ intent: 'email' as const, name: null, newEmail, errors },
  });
  if (!sendsMail()) throw data(null, { status: 404 });
  if (form.tooLong.has('newEmail') || findEmailError(newEmail)) {
    return refuse({ newEmail: 'EMAIL_INVALID' });
  }
  const proofError = await findProofError(request, form, owner);
  if (proofError) return refuse({ [fieldOfProof(proofError)]: proofError });
  const error = await orLimit(() => requestEmailChange(request, owner, newEmail));
  if (error === null) return redirect('/account?saved=email');
  return refuse({ [typeof error === 'string' ? 'newEmail' : 'form']: error });
}

async function changePassword(request: Request, form: FormFields): Promise<Answer> {
  const currentPassword = form.text('currentPassword');
  const newPassword = form.text('newPassword');
  const refuse = (errors: AccountFormResult['errors']) => ({
    intent: 'password' as const,
    name: null,
    errors,
  });
  const chosenError = form.tooLong.has('newPassword')
    ? 'PASSWORD_TOO_LONG'
    : findPasswordError(newPassword);
  // No accepted password is longer.
  if (form.tooLong.has('currentPassword')) return refuse({ currentPassword: 'PASSWORD_WRONG' });
  if (currentPassword === '' || chosenError) {
    return refuse({
      ...(currentPassword === '' && { currentPassword: 'PASSWORD_MISSING' }),
      ...(chosenError && { newPassword: chosenError }),
    });
  }
  // A password may be changed because someone else knows it.
  const revokeOtherSessions = !form.has('keepOthers');
  const body = { currentPassword, newPassword, revokeOtherSessions };
  const answer = await callAuth(request, '/change-password', body);
  if (answer.ok) return redirect('/account?saved=password', { headers: answer.headers });
  const { error } = answer;
  const field = typeof error === 'string' ? FIELD_OF_PASSWORD_ERROR[error] : undefined;
  return refuse({ [field ?? 'form']: error });
}

async function signOutEverywhere(
  request: Request,
  _form: FormFields,
  { userId }: AccountOwner,
): Promise<Answer> {
  const answer = await callAuth(request, '/revoke-sessions');
  if (!answer.ok) {
    return { intent: 'sign-out-everywhere', name: null, errors: { form: answer.error } };
  }
  dismissWalletStreams(userId);
  return leave(request, '/login');
}

async function deleteAccount(
  request: Request,
  form: FormFields,
  owner: AccountOwner,
): Promise<Answer> {
  const { userId, email } = owner;
  const refuse = (errors: AccountFormResult['errors']) => ({
    intent: 'delete' as const,
    name: null,
    errors,
  });
  const error = (await hasPassword(userId))
    ? await findPasswordProofError(request, form)
    : await findProofError(request, form, owner);
  if (error) return refuse({ [error === 'SIGN_IN_AGAIN' ? 'form' : 'password']: error });
  await eraseUser({ userId, email });
  log().info({ userId }, 'a user deleted the account; the record of the wallet stays');
  dismissWalletStreams(userId);
  return leave(request, '/goodbye');
}

/** The sessions are already deleted; signing out removes the cookie. */
async function leave(request: Request, to: string): Promise<Response> {
  const answer = await callAuth(request, '/sign-out');
  return redirect(to, answer.ok ? { headers: answer.headers } : {});
}
