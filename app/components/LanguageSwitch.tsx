import { Form, useLocation } from 'react-router';
import { catalogueOf, LANGUAGES } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/use-language.ts';

/** Offers the other language, named in that language. */
export function LanguageSwitch() {
  const text = useText();
  const current = useLanguage();
  const { pathname, search } = useLocation();
  const other = LANGUAGES.find((language) => language !== current) ?? current;
  return (
    <Form method="post" action="/language" preventScrollReset aria-label={text.switchLanguage}>
      <input type="hidden" name="backTo" value={pathname + search} />
      <button type="submit" name="language" value={other} lang={other} className="button-quiet">
        {catalogueOf(other).languageName}
      </button>
    </Form>
  );
}
