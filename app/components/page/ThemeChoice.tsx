import { useText } from '../../i18n/use-language.ts';
import { THEMES } from '../../theme/theme.ts';
import { useTheme } from '../../theme/use-theme.ts';
import { Segmented } from './Segmented.tsx';

export function ThemeChoice() {
  const text = useText().preferences;
  return (
    <Segmented
      label={text.theme}
      action="/theme"
      name="theme"
      value={useTheme()}
      options={THEMES.map((value) => ({ value, label: text.themes[value] }))}
    />
  );
}
