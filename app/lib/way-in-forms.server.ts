import { data, redirect } from 'react-router';
import { languageOf } from '../i18n/language.server.ts';
import type { AccountIntent } from './account-intents.ts';
import type { AccountOwner, AccountRefusal } from './account-refusal.ts';
import { refusalInit } from './auth-form.server.ts';
import type { ShownFault } from './form-fault.ts';
import { findProofFault } from './fresh-proof.server.ts';
import { beginLink, unlinkSite } from './other-sign-in/linked-sites.server.ts';
import { addPasskey, registrationOptions, removePasskey } from './passkeys/passkeys.server.ts';
import type { FormFields } from './read-fields.server.ts';

type Answer = AccountRefusal | Response | ReturnType<typeof data<AccountRefusal>>;
type Faults = AccountRefusal['faults'];

const refuser = (intent: AccountIntent, of?: string) => (faults: Faults) => ({
  ...{ intent, name: null, faults },
  ...(of !== undefined && { of }),
});

/** Beside the password where it was typed; what is about neither is told of the whole form. */
export function fieldOfProof(fault: ShownFault): 'password' | 'form' {
  return fault === 'PASSWORD_MISSING' || fault === 'PASSWORD_WRONG' ? 'password' : 'form';
}

/** Whoever has a stolen session must neither get a way in that outlives it nor take one from its owner. */
async function findProofFaults(
  request: Request,
  form: FormFields,
  owner: AccountOwner,
): Promise<Faults | null> {
  const fault = await findProofFault(request, form, owner);
  return fault && { [fieldOfProof(fault)]: fault };
}

/** First asked for, which is answered with the challenge that a new passkey must sign; then sent. */
export async function addOwnPasskey(
  request: Request,
  form: FormFields,
  owner: AccountOwner,
): Promise<Answer> {
  const refuse = refuser('add-passkey');
  if (form.has('credential')) {
    const credential = form.tooLong.has('credential') ? '' : form.text('credential');
    const language = await languageOf(request);
    const fault = await addPasskey(request, { ...owner, language }, credential);
    return fault ? refuse({ form: fault }) : redirect('/account?saved=add-passkey');
  }
  const faults = await findProofFaults(request, form, owner);
  if (faults) return refuse(faults);
  return { ...refuse({}), passkeyOptions: await registrationOptions(request, owner) };
}

export const removeOwnPasskey = removal('remove-passkey', removePasskey);

/**
 * Answered with the other site's address, and with the cookie without which nobody comes back from it. Not
 * with a redirect: pages let their forms lead nowhere else.
 */
export async function linkOwnSite(
  request: Request,
  form: FormFields,
  owner: AccountOwner,
): Promise<Answer> {
  const site = form.text('of');
  const refuse = refuser('link-site', site);
  const faults = await findProofFaults(request, form, owner);
  if (faults) return refuse(faults);
  const begun = await beginLink(request, owner, site);
  if (!begun) return data(refuse({ form: 'FAILED' }), refusalInit(['FAILED']));
  return data({ ...refuse({}), siteAddress: begun.url }, { headers: begun.headers });
}

export const unlinkOwnSite = removal('unlink-site', unlinkSite);

/** One of the ways in goes, after a fresh proof; `remove` keeps the last one. */
function removal(
  intent: 'remove-passkey' | 'unlink-site',
  remove: typeof removePasskey | typeof unlinkSite,
) {
  return async (request: Request, form: FormFields, owner: AccountOwner): Promise<Answer> => {
    const id = form.text('of');
    const refuse = refuser(intent, id);
    const faults = await findProofFaults(request, form, owner);
    if (faults) return refuse(faults);
    const language = await languageOf(request);
    const fault = await remove({ ...owner, language }, id);
    return fault ? refuse({ form: fault }) : redirect(`/account?saved=${intent}`);
  };
}
