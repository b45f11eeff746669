import { useEffect } from 'react';
import { useText } from '../../i18n/use-language.ts';
import { useOwnerWords } from '../../i18n/use-owner-words.ts';
import type { FreshProof } from '../../lib/auth/fresh-proof.ts';
import type { AccountFormResult } from '../../lib/forms/account-form-result.ts';
import type { Sites } from '../../lib/other-sign-in/linked-sites.server.ts';
import type { LinkError } from '../../lib/settings/sites.ts';
import { LocalTime } from '../LocalTime.tsx';
import { Notice } from '../Notice.tsx';
import { SiteMark } from '../sign-in/SiteMark.tsx';
import { SignInMethod } from './SignInMethod.tsx';

interface LinkedSitesProps {
  readonly sites: Sites;
  /** The error of the last attempt to link a site; null: it worked, or there was none. */
  readonly error: LinkError | null;
  readonly proof: FreshProof;
  readonly result: AccountFormResult | null;
}

/** The other sites whose accounts can log in here, and those that could be linked. */
export function LinkedSites({ sites, error, proof, result }: LinkedSitesProps) {
  const text = useOwnerWords().sites;
  const words = useText().account;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">{text.lead}</p>
      <div role="alert" className="empty:-mb-4">
        {error ? <Notice kind="danger">{text.errors[error]}</Notice> : null}
      </div>
      {proof === 'sign-in' ? <Notice kind="wait">{words.errors.SIGN_IN_AGAIN}</Notice> : null}
      <ul className="divide-y divide-line">
        {sites.linked.map(({ id, name, accountId, linkedAt }) => (
          <SignInMethod
            key={accountId}
            intent="unlink-site"
            id={accountId}
            name={name ?? words.otherSites.names[id]}
            mark={<SiteMark id={id} />}
            detail={<LinkedSince iso={linkedAt} />}
            proof={proof}
            result={result}
          />
        ))}
        {sites.open.map(({ id, name: ownName }) => {
          const name = ownName ?? words.otherSites.names[id];
          const address = result?.of === id ? result.siteAddress : undefined;
          return (
            <SignInMethod
              key={id}
              intent="link-site"
              id={id}
              name={name}
              mark={<SiteMark id={id} />}
              detail={address ? <GoOn name={name} address={address} /> : text.open}
              proof={proof}
              result={result}
            />
          );
        })}
      </ul>
    </div>
  );
}

function LinkedSince({ iso }: { readonly iso: string }) {
  const [before, after] = useOwnerWords().sites.linked;
  return (
    <>
      {before}
      <LocalTime iso={iso} format="moment" />
      {after}
    </>
  );
}

/** The way to the site that is being linked. With scripts it is followed at once. */
function GoOn({ name, address }: { readonly name: string; readonly address: string }) {
  const text = useOwnerWords().sites;
  useEffect(() => window.location.assign(address), [address]);
  return (
    <a href={address} className="link">
      {text.goOn(name)}
    </a>
  );
}
