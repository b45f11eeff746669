import { data, redirect } from 'react-router';
import { AccountSection, useShownResult } from '../components/account/AccountSection.tsx';
import { ChangeEmail } from '../components/account/ChangeEmail.tsx';
import { ChangeName, FixedEmail } from '../components/account/ChangeName.tsx';
import { ChangePassword, NoPassword } from '../components/account/ChangePassword.tsx';
import { DeleteAccount } from '../components/account/DeleteAccount.tsx';
import { LinkedSites } from '../components/account/LinkedSites.tsx';
import { Passkeys } from '../components/account/Passkeys.tsx';
import { SignOut } from '../components/account/SignOut.tsx';
import { useKeptAnswer } from '../components/form/use-kept-answer.ts';
import { useRedirectNotice } from '../components/form/use-redirect-notice.ts';
import { LanguageChoice } from '../components/page/LanguageChoice.tsx';
import { Page } from '../components/page/Page.tsx';
import { ThemeChoice } from '../components/page/ThemeChoice.tsx';
import { useText } from '../i18n/use-language.ts';
import { useOwnerWords } from '../i18n/use-owner-words.ts';
import { answerAccountForm, logInPathOfForm } from '../lib/account/account-forms.server.ts';
import { refusalInit } from '../lib/auth/auth-form.server.ts';
import { hasPassword, readFreshProof } from '../lib/auth/fresh-proof.server.ts';
import type { AccountFormResult } from '../lib/forms/account-form-result.ts';
import type { AccountIntent, SavedIntent } from '../lib/forms/account-intents.ts';
import { orRefused } from '../lib/forms/lost-request.ts';
import { sendsMail } from '../lib/mail/letters.server.ts';
import { listSites } from '../lib/other-sign-in/linked-sites.server.ts';
import { listPasskeys } from '../lib/passkeys/passkeys.server.ts';
import { findUserId, requireWalletOwner } from '../lib/session.server.ts';
import { linkError } from '../lib/settings/sites.ts';
import type { Route } from './+types/account.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { userId, name, email, isEmailVerified, signedInAt } = await requireWalletOwner(request);
  // Submitted after the session had ended, and returned here through log-in.
  const { searchParams } = new URL(request.url);
  const typed = searchParams.get('name');
  const error = searchParams.get('error');
  return {
    ...{ name, email, isEmailVerified, unsavedName: typed === name ? null : typed },
    canMail: sendsMail(),
    proof: await readFreshProof({ userId, signedInAt }),
    hasPassword: await hasPassword(userId),
    passkeys: await listPasskeys(userId),
    sites: await listSites({ userId, email }),
    linkError: error === null ? null : linkError(error),
  };
}

export async function action({ request }: Route.ActionArgs) {
  if (!(await findUserId(request))) throw redirect(await logInPathOfForm(request));
  const { userId, email, signedInAt } = await requireWalletOwner(request);
  const answer = await answerAccountForm(request, { userId, email, signedInAt });
  if (answer instanceof Response) return answer;
  if (answer && 'init' in answer) return answer;
  const isRefused = !answer?.passkeyOptions;
  return data(answer, isRefused ? refusalInit(Object.values(answer?.errors ?? {})) : {});
}

export async function clientAction({ request, serverAction }: Route.ClientActionArgs) {
  const form = await request.clone().formData();
  // The page's forms send no other intent.
  const intent = form.get('intent') as AccountIntent;
  const name = intent === 'name' ? String(form.get('name')) : null;
  const newEmail = String(form.get('newEmail') ?? '');
  return orRefused(
    serverAction,
    (error): AccountFormResult => ({ intent, name, newEmail, errors: { form: error } }),
  );
}

export default function Account({ loaderData, actionData }: Route.ComponentProps) {
  const page = useText().accountPage;
  const owner = useOwnerWords();
  const result = useShownResult(useKeptAnswer(actionData) ?? null);
  const { name, email, unsavedName, canMail, isEmailVerified, proof, hasPassword, sites } =
    loaderData;
  const savedBy = useSaved({ email, isRefused: result !== null });
  return (
    <Page title={page.title}>
      <div className="flex flex-col gap-4">
        <AccountSection title={page.profile} saved={savedBy('name')}>
          <ChangeName name={name} unsavedName={unsavedName} result={result}>
            {canMail ? null : <FixedEmail email={email} />}
          </ChangeName>
        </AccountSection>
        {canMail ? (
          <AccountSection title={page.emailTitle} saved={savedBy('email')}>
            <ChangeEmail email={email} isVerified={isEmailVerified} proof={proof} result={result} />
          </AccountSection>
        ) : null}
        <AccountSection title={page.display}>
          <div className="flex flex-wrap gap-3">
            <LanguageChoice />
            <ThemeChoice />
          </div>
        </AccountSection>
        <AccountSection title={page.passwordTitle} saved={savedBy('password')}>
          {hasPassword ? <ChangePassword email={email} result={result} /> : <NoPassword />}
        </AccountSection>
        <AccountSection
          title={owner.passkeys.title}
          saved={savedBy('add-passkey', 'remove-passkey')}
        >
          <Passkeys passkeys={loaderData.passkeys} proof={proof} result={result} />
        </AccountSection>
        {sites.linked.length + sites.open.length > 0 ? (
          <AccountSection title={owner.sites.title} saved={savedBy('link-site', 'unlink-site')}>
            <LinkedSites sites={sites} error={loaderData.linkError} proof={proof} result={result} />
          </AccountSection>
        ) : null}
        <AccountSection title={page.devices}>
          <SignOut result={result} />
        </AccountSection>
        <DeleteAccount hasPassword={hasPassword} result={result} />
      </div>
    </Page>
  );
}

/** @returns what a section says if one of its forms was just saved; null if none was */
function useSaved({ email, isRefused }: { email: string; isRefused: boolean }) {
  const { saved } = useText().accountPage;
  const { confirmEmail } = useOwnerWords();
  const told = useRedirectNotice('saved');
  return (...forms: SavedIntent[]): string | null => {
    if (isRefused) return null;
    if (told === 'confirmed-email' && forms.includes('email')) return confirmEmail.done(email);
    const form = forms.find((each) => each === told);
    return form ? saved[form] : null;
  };
}
