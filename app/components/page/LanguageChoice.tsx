import { catalogueOf, LANGUAGES } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-language.ts';
import { Segmented } from './Segmented.tsx';

export function LanguageChoice() {
  return (
    <Segmented
      label={useText().preferences.language}
      action="/language"
      name="language"
      value={useLanguage()}
      options={LANGUAGES.map((value) => ({
        value,
        label: catalogueOf(value).languageName,
        lang: value,
      }))}
    />
  );
}
