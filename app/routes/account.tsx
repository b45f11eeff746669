import { data, Form, Link, redirect } from 'react-router';
import {
  AccountForm,
  AccountSection,
  errorOf,
  Saved,
  useShownRefusal,
} from '../components/account/AccountSection.tsx';
import { ChangeEmail } from '../components/account/ChangeEmail.tsx';
import { ChangePassword } from '../components/account/ChangePassword.tsx';
import { DeleteAccount } from '../components/account/DeleteAccount.tsx';
import { LinkedSites } from '../components/account/LinkedSites.tsx';
import { Passkeys } from '../components/account/Passkeys.tsx';
import { Field } from '../components/Field.tsx';
import { LanguageChoice } from '../components/LanguageChoice.tsx';
import { Page } from '../components/Page.tsx';
import { ThemeChoice } from '../components/ThemeChoice.tsx';
import { useKeptAnswer } from '../components/use-kept-answer.ts';
import { useRedirectNotice } from '../components/use-redirect-notice.ts';
import { errorSentence } from '../i18n/error-sentence.ts';
import { useText } from '../i18n/use-language.ts';
import { useOwnerWords } from '../i18n/use-owner-words.ts';
import { answerAccountForm, logInPathOfForm } from '../lib/account/account-forms.server.ts';
import { refusalInit } from '../lib/auth/auth-form.server.ts';
import { hasPassword, readFreshProof } from '../lib/auth/fresh-proof.server.ts';
import type { AccountIntent } from '../lib/forms/account-intents.ts';
import type { AccountRefusal } from '../lib/forms/account-refusal.ts';
import { NAME_MAX_LENGTH } from '../lib/forms/account-rules.ts';
import { orRefused } from '../lib/forms/lost-request.ts';
import { sendsMail } from '../lib/mail/letters.server.ts';
import { listSites } from '../lib/other-sign-in/linked-sites.server.ts';
import { linkError } from '../lib/other-sign-in/sites.ts';
import { listPasskeys } from '../lib/passkeys/passkeys.server.ts';
import { findUserId, requireWalletOwner } from '../lib/session.server.ts';
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
    (error): AccountRefusal => ({ intent, name, newEmail, errors: { form: error } }),
  );
}

export default function Account({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const page = text.accountPage;
  const owner = useOwnerWords();
  const refusal = useShownRefusal(useKeptAnswer(actionData) ?? null);
  const told = useRedirectNotice('saved');
  const saved = refusal ? null : told;
  const { sites, linkError } = loaderData;
  const { name, email, unsavedName, canMail, isEmailVerified, proof, passkeys, hasPassword } =
    loaderData;
  const savedEmail =
    saved === 'email'
      ? page.saved.email
      : saved === 'confirmed-email'
        ? owner.confirmEmail.done(email)
        : null;
  const nameError = errorOf(refusal, 'name', 'name');
  return (
    <Page title={page.title}>
      <div className="flex flex-col gap-4">
        <AccountSection title={page.profile}>
          <Saved text={saved === 'name' ? page.saved.name : null} />
          <AccountForm intent="name" refusal={refusal} action={page.save}>
            {/* If the session has ended, this tells the server whether the name was changed. */}
            <input type="hidden" name="nameBefore" value={name} />
            <div data-field="">
              <Field
                key={unsavedName ?? name}
                name="name"
                label={text.account.name}
                hint={text.account.nameHint}
                error={
                  errorSentence(text, nameError) ??
                  (unsavedName === null ? undefined : page.nameNotSaved)
                }
                defaultValue={refusal?.name ?? unsavedName ?? name}
                autoComplete="nickname"
                maxLength={NAME_MAX_LENGTH}
                required
              />
            </div>
            {canMail ? null : (
              <div>
                <p className="font-semibold text-sm">{text.account.email}</p>
                <p className="wrap-anywhere">{email}</p>
                <p className="text-muted text-sm">{page.emailHint}</p>
              </div>
            )}
          </AccountForm>
        </AccountSection>
        {canMail ? (
          <AccountSection title={page.emailTitle}>
            <Saved text={savedEmail} />
            <ChangeEmail
              email={email}
              isVerified={isEmailVerified}
              proof={proof}
              refusal={refusal}
            />
          </AccountSection>
        ) : null}
        <AccountSection title={page.display}>
          <div className="flex flex-wrap gap-3">
            <LanguageChoice />
            <ThemeChoice />
          </div>
        </AccountSection>
        <AccountSection title={page.passwordTitle}>
          <Saved text={saved === 'password' ? page.saved.password : null} />
          {hasPassword ? (
            <ChangePassword email={email} refusal={refusal} />
          ) : (
            <p className="text-muted">
              {owner.noPassword}{' '}
              <Link to="/forgotten" className="link">
                {owner.makePassword}
              </Link>
            </p>
          )}
        </AccountSection>
        <AccountSection title={owner.passkeys.title}>
          <Saved
            text={saved === 'add-passkey' || saved === 'remove-passkey' ? page.saved[saved] : null}
          />
          <Passkeys passkeys={passkeys} proof={proof} refusal={refusal} />
        </AccountSection>
        {sites.linked.length + sites.open.length > 0 ? (
          <AccountSection title={owner.sites.title}>
            <Saved
              text={saved === 'link-site' || saved === 'unlink-site' ? page.saved[saved] : null}
            />
            <LinkedSites sites={sites} error={linkError} proof={proof} refusal={refusal} />
          </AccountSection>
        ) : null}
        <AccountSection title={page.devices}>
          <p className="mb-4 text-muted">{page.devicesHint}</p>
          <div className="flex flex-wrap gap-3">
            {/* The menu has it too, but needs scripts. */}
            <Form method="post" action="/logout">
              <button type="submit" className="button-quiet">
                {page.signOutHere}
              </button>
            </Form>
            <AccountForm
              intent="sign-out-everywhere"
              refusal={refusal}
              action={page.signOutEverywhere}
            />
          </div>
        </AccountSection>
        <DeleteAccount hasPassword={hasPassword} refusal={refusal} />
      </div>
    </Page>
  );
}
