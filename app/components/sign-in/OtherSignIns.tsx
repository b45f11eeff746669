import { useText } from '../../i18n/use-language.ts';
import type { ShownProvider } from '../../lib/settings/sites.ts';
import { SiteMark } from './SiteMark.tsx';

/** Sign-in with other sites. Plain links, since each leaves this site. */
export function OtherSignIns({
  providers,
  page,
}: {
  providers: readonly ShownProvider[];
  page: string;
}) {
  const text = useText().account.otherSites;
  return providers.map(({ id, name }) => (
    <a
      key={id}
      href={`/login/with/${id}?${new URLSearchParams({ to: page })}`}
      rel="nofollow"
      className={`w-full ${id === 'kakao' ? 'button-kakao' : 'button-outline'}`}
    >
      <SiteMark id={id} />
      {text.logIn(name ?? text.names[id])}
    </a>
  ));
}
