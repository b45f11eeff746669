import { data, redirect } from 'react-router';
import { languageOf } from '../../i18n/language.server.ts';
import { findProofError } from '../auth/fresh-proof.server.ts';
import type { AccountFormResult, AccountOwner } from '../forms/account-form-result.ts';
import type { AccountIntent } from '../forms/account-intents.ts';
import type { ShownError } from '../forms/form-error.ts';
import type { FormFields } from '../forms/read-fields.server.ts';
import { beginLink, unlinkSite } from '../other-sign-in/linked-sites.server.ts';
import { addPasskey, registrationOptions, removePasskey } from '../passkeys/passkeys.server.ts';

type Answer = AccountFormResult | Response | ReturnType<typeof data<AccountFormResult>>;
type Errors = AccountFormResult['errors'];

const refuser = (intent: AccountIntent, of?: string) => (errors: Errors) => ({
  ...{ intent, name: null, errors },
  ...(of !== undefined && { of }),
});

/** Beside the password if it was typed; other errors belong to the whole form. */
export function fieldOfProof(error: ShownError): 'password' | 'form' {
  return error === 'PASSWORD_MISSING' || error === 'PASSWORD_WRONG' ? 'password' : 'form';
}

/** A stolen session must neither add a sign-in method that outlives it nor remove the owner's. */
async function findProofErrors(
  request: Request,
  form: FormFields,
  owner: AccountOwner,
): Promise<Errors | null> {
  const error = await findProofError(request, form, owner);
  return error && { [fieldOfProof(error)]: error };
}

/** The first request returns the challenge for a new passkey; the second one sends it. */
export async function addOwnPasskey(
  request: Request,
  form: FormFields,
  owner: AccountOwner,
): Promise<Answer> {
  const refuse = refuser('add-passkey');
  if (form.has('credential')) {
    const credential = form.tooLong.has('credential') ? '' : form.text('credential');
    const language = await languageOf(request);
    const error = await addPasskey(request, { ...owner, language }, credential);
    return error ? refuse({ form: error }) : redirect('/account?saved=add-passkey');
  }
  const errors = await findProofErrors(request, form, owner);
  if (errors) return refuse(errors);
  return { ...refuse({}), passkeyOptions: await registrationOptions(request, owner) };
}

export const removeOwnPasskey = removal('remove-passkey', removePasskey);

/**
 * Returns the other site's address, with the cookie that its callback needs. Not
 * a redirect: the Content-Security-Policy lets forms lead nowhere else.
 */
export async function linkOwnSite(
  request: Request,
  form: FormFields,
  owner: AccountOwner,
): Promise<Answer> {
  const site = form.text('of');
  const refuse = refuser('link-site', site);
  const errors = await findProofErrors(request, form, owner);
  if (errors) return refuse(errors);
  const begun = await beginLink(request, owner, site);
  if (!begun) return data(refuse({ form: 'FAILED' }), { status: 400 });
  return data({ ...refuse({}), siteAddress: begun.url }, { headers: begun.headers });
}

export const unlinkOwnSite = removal('unlink-site', unlinkSite);

/** Removes a sign-in method after a fresh proof; `remove` keeps the last one. */
function removal(
  intent: 'remove-passkey' | 'unlink-site',
  remove: typeof removePasskey | typeof unlinkSite,
) {
  return async (request: Request, form: FormFields, owner: AccountOwner): Promise<Answer> => {
    const id = form.text('of');
    const refuse = refuser(intent, id);
    const errors = await findProofErrors(request, form, owner);
    if (errors) return refuse(errors);
    const language = await languageOf(request);
    const error = await remove({ ...owner, language }, id);
    return error ? refuse({ form: error }) : redirect(`/account?saved=${intent}`);
  };
}
