import { useRouteLoaderData } from 'react-router';
import { useLanguage, useText } from '../../i18n/use-language.ts';

const LOCALES = { ko: 'ko_KR', en: 'en_US' } as const;

/** The preview that messengers and search engines show for a link to a public page. */
export function SharePreview({ title }: { title: string }) {
  const text = useText();
  const language = useLanguage();
  const root = useRouteLoaderData('root') as { origin?: string } | undefined;
  return (
    <>
      <meta property="og:type" content="website" />
      <meta property="og:site_name" content={text.appName} />
      <meta property="og:locale" content={LOCALES[language]} />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={text.welcome.description} />
      {root?.origin ? (
        <>
          <meta property="og:url" content={`${root.origin}/`} />
          <meta property="og:image" content={`${root.origin}/preview-${language}.png`} />
          <meta property="og:image:width" content="1200" />
          <meta property="og:image:height" content="630" />
          <meta property="og:image:alt" content={text.welcome.headline} />
        </>
      ) : null}
      <meta name="twitter:card" content="summary_large_image" />
    </>
  );
}
