import type { ProviderId } from '../../lib/settings/sites.ts';

interface Shape {
  readonly path: string;
  /** The site's own colour; null: the text's colour. */
  readonly fill: string | null;
}

/** Drawn as each site's brand rules ask; the only place with colours outside our palette. */
const MARKS: Readonly<Record<Exclude<ProviderId, 'openid'>, readonly Shape[]>> = {
  kakao: [
    {
      path: 'M12 3.5c-5.25 0-9.5 3.36-9.5 7.5 0 2.66 1.76 5 4.4 6.33l-.9 3.3c-.08.3.26.53.52.36l3.94-2.6c.5.07 1.02.11 1.54.11 5.25 0 9.5-3.36 9.5-7.5s-4.25-7.5-9.5-7.5z',
      fill: null,
    },
  ],
  naver: [{ path: 'M14.6 12.6 9.2 4.9H4.8v14.2h4.6v-7.7l5.4 7.7h4.4V4.9h-4.6z', fill: '#03c75a' }],
  google: [
    {
      path: 'M22.5 12.2c0-.8-.1-1.5-.2-2.2H12v4.3h5.9a5 5 0 0 1-2.2 3.3v2.8h3.6c2.1-1.9 3.2-4.8 3.2-8.2z',
      fill: '#4285f4',
    },
    {
      path: 'M12 23c3 0 5.5-1 7.3-2.6l-3.6-2.8c-1 .7-2.2 1.1-3.7 1.1-2.9 0-5.3-1.9-6.2-4.5H2.1v2.8A11 11 0 0 0 12 23z',
      fill: '#34a853',
    },
    { path: 'M5.8 14.1a6.6 6.6 0 0 1 0-4.2V7.1H2.1a11 11 0 0 0 0 9.9l3.7-2.9z', fill: '#fbbc05' },
    {
      path: 'M12 5.4c1.6 0 3.1.6 4.2 1.6l3.2-3.1A11 11 0 0 0 2.1 7.1l3.7 2.8C6.7 7.3 9.1 5.4 12 5.4z',
      fill: '#ea4335',
    },
  ],
  apple: [
    {
      path: 'M12.152 6.896c-.948 0-2.415-1.078-3.96-1.04-2.04.027-3.91 1.183-4.961 3.014-2.117 3.675-.546 9.103 1.519 12.09 1.013 1.454 2.208 3.09 3.792 3.039 1.52-.065 2.09-.987 3.935-.987 1.831 0 2.35.987 3.96.948 1.637-.026 2.676-1.48 3.676-2.948 1.156-1.688 1.636-3.325 1.662-3.415-.039-.013-3.182-1.221-3.22-4.857-.026-3.04 2.48-4.494 2.597-4.559-1.429-2.09-3.623-2.324-4.39-2.376-2-.156-3.675 1.09-4.61 1.09zM15.53 3.83c.843-1.012 1.4-2.427 1.245-3.83-1.207.052-2.662.805-3.532 1.818-.78.896-1.454 2.338-1.273 3.714 1.338.104 2.715-.688 3.559-1.701',
      fill: null,
    },
  ],
};

/** A site's mark, shown beside its name; nothing for the operator's own OpenID provider. */
export function SiteMark({ id }: { id: ProviderId }) {
  if (id === 'openid') return null;
  return (
    <svg viewBox="0 0 24 24" className="size-5 shrink-0" aria-hidden="true">
      {MARKS[id].map(({ path, fill }) => (
        <path key={path} d={path} fill={fill ?? 'currentColor'} />
      ))}
    </svg>
  );
}
