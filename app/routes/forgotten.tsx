import { Link } from 'react-router';
import { PublicPage } from '../components/PublicPage.tsx';
import { SupportContact } from '../components/SupportContact.tsx';
import { useText } from '../i18n/use-language.ts';
import { env } from '../lib/env.server.ts';
import type { Route } from './+types/forgotten.ts';

export function loader() {
  return { supportEmail: env().supportEmail };
}

/** What to do when the password is forgotten or the address was mistyped. */
export default function Forgotten({ loaderData: { supportEmail } }: Route.ComponentProps) {
  const { forgotten: text, account } = useText();
  return (
    <PublicPage title={text.title}>
      <div className="mx-auto w-full max-w-md pt-6 sm:pt-12">
        <h1 className="font-bold text-3xl tracking-tight">{text.title}</h1>
        <p className="mt-1.5 text-muted">{text.lead}</p>
        <ol className="card mt-6 flex list-decimal flex-col gap-3 p-6 pl-10">
          {(supportEmail ? text.steps : text.stepsWithoutAddress).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        {supportEmail ? <SupportContact address={supportEmail} about={[text.subject]} /> : null}
        <p className="mt-6">
          <Link to="/login" className="link">
            {account.logIn}
          </Link>
        </p>
      </div>
    </PublicPage>
  );
}
