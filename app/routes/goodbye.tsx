import { Link } from 'react-router';
import { CharacterFace } from '../components/CharacterFace.tsx';
import { PublicPage } from '../components/page/PublicPage.tsx';
import { useText } from '../i18n/use-language.ts';

/** Shown after an account was deleted. */
export default function Goodbye() {
  const text = useText().accountPage;
  return (
    <PublicPage title={text.goodbyeTitle}>
      <div className="mx-auto flex w-full max-w-md flex-col items-center gap-6 py-16 text-center">
        <CharacterFace id="choonsim" className="size-28 rounded-full shadow-card" />
        <h1 className="font-bold text-2xl tracking-tight">{text.goodbyeTitle}</h1>
        <p className="text-muted">{text.goodbye}</p>
        <Link to="/" className="button-outline">
          {text.toStart}
        </Link>
      </div>
    </PublicPage>
  );
}
