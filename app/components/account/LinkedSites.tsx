import { useEffect } from 'react';
import { useText } from '../../i18n/use-language.ts';
import { useOwnerWords } from '../../i18n/use-owner-words.ts';
import type { FreshProof } from '../../lib/auth/fresh-proof.ts';
import type { AccountRefusal } from '../../lib/forms/account-refusal.ts';
import type { Sites } from '../../lib/other-sign-in/linked-sites.server.ts';
import type { LinkError } from '../../lib/other-sign-in/sites.ts';
import { LocalTime } from '../LocalTime.tsx';
import { Notice } from '../Notice.tsx';
import { SiteMark } from '../SiteMark.tsx';
import { SignInMethod } from './SignInMethod.tsx';

interface LinkedSitesProps {
  readonly sites: Sites;
  /** The error of the last attempt to link a site; null: it worked, or there was none. */
  readonly error: LinkError | null;
  readonly proof: FreshProof;
  readonly refusal: AccountRefusal | null;
}

/** The other sites whose accounts can log in here, and those that could be linked. */
export function LinkedSites({ sites, error, proof, refusal }: LinkedSitesProps) {
  const text = useOwnerWords().sites;
  const { names } = useText().account.otherSites;
  const words = useText();
  const address = refusal?.siteAddress;
  useEffect(() => {
    if (address) window.location.assign(address);
  }, [address]);
  const [before, after] = text.linked;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">{text.lead}</p>
      <div role="alert" className="empty:-mb-4">
        {error ? <Notice kind="danger">{text.errors[error]}</Notice> : null}
      </div>
      {proof === 'sign-in' ? (
        <Notice kind="wait">{words.account.errors.SIGN_IN_AGAIN}</Notice>
      ) : null}
      <ul className="divide-y divide-line">
        {sites.linked.map(({ id, name, accountId, linkedAt }) => (
          <SignInMethod
            key={accountId}
            intent="unlink-site"
            id={accountId}
            name={name ?? names[id]}
            mark={<SiteMark id={id} />}
            detail={
              <>
                {before}
                <LocalTime iso={linkedAt} format="moment" />
                {after}
              </>
            }
            proof={proof}
            refusal={refusal}
          />
        ))}
        {sites.open.map(({ id, name }) => (
          <SignInMethod
            key={id}
            intent="link-site"
            id={id}
            name={name ?? names[id]}
            mark={<SiteMark id={id} />}
            detail={
              address && refusal?.of === id ? (
                // With scripts it is followed at once.
                <a href={address} className="link">
                  {text.goOn(name ?? names[id])}
                </a>
              ) : (
                text.open
              )
            }
            proof={proof}
            refusal={refusal}
          />
        ))}
      </ul>
    </div>
  );
}
