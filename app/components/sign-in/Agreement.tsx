import { useText } from '../../i18n/use-language.ts';
import type { OperatorDuties } from '../../lib/settings/env.server.ts';

/** What signing up agrees to, as far as the operator has configured it. */
export function Agreement({ termsUrl, privacyUrl, minimumAge }: OperatorDuties) {
  const text = useText().agreement;
  const documents = [
    { url: termsUrl, name: text.terms },
    { url: privacyUrl, name: text.privacy },
  ].filter(({ url }) => url !== null);
  if (documents.length === 0 && minimumAge === null) return null;
  return (
    <div className="text-muted text-sm">
      {documents.length > 0 ? (
        <p>
          {text.lead}{' '}
          {documents.map(({ url, name }, index) => (
            <span key={name}>
              {index > 0 ? text.and : null}
              <a href={url ?? ''} target="_blank" rel="noopener noreferrer" className="link">
                {name}
              </a>
            </span>
          ))}
          {text.end}
        </p>
      ) : null}
      {minimumAge === null ? null : <p>{text.age(minimumAge)}</p>}
    </div>
  );
}
