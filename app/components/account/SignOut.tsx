import { Form } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import { AccountForm } from './AccountSection.tsx';

/** On this device, or on all of them. */
export function SignOut({ result }: { readonly result: AccountFormResult | null }) {
  const page = useText().accountPage;
  return (
    <>
      <p className="mb-4 text-muted">{page.devicesHint}</p>
      <div className="flex flex-wrap gap-3">
        {/* The menu has it too, but needs scripts. */}
        <Form method="post" action="/logout">
          <button type="submit" className="button-quiet">
            {page.signOutHere}
          </button>
        </Form>
        <AccountForm intent="sign-out-everywhere" result={result} action={page.signOutEverywhere} />
      </div>
    </>
  );
}
