import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { useLocation, useSubmit } from 'react-router';
import { catalogueOf, LANGUAGES } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-language.ts';
import { THEMES } from '../../theme/theme.ts';
import { useTheme } from '../../theme/use-theme.ts';
import { Icon } from '../Icon.tsx';

const itemClass =
  'flex min-h-10 cursor-pointer items-center gap-2.5 rounded-lg px-3 text-sm outline-none select-none data-highlighted:bg-sunken';
const labelClass = 'px-3 pt-2 pb-1 font-medium text-muted text-xs';

interface AccountMenuProps {
  readonly label: string;
  /** The content of the trigger. */
  readonly children: ReactNode;
}

/** Theme, language and log-out. Its code is loaded when it is first opened, so it starts open. */
export function AccountMenu({ label, children }: AccountMenuProps) {
  const text = useText();
  const { pathname, search } = useLocation();
  const submit = useSubmit();
  const choose = (action: string, choice: Record<string, string>) =>
    void submit(
      { ...choice, backTo: pathname + search },
      { method: 'post', action, preventScrollReset: true },
    );
  return (
    <Menu.Root defaultOpen modal={false}>
      <Menu.Trigger className="icon-button" aria-label={label}>
        {children}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="z-40 outline-none">
          <Menu.Popup className="min-w-52 rounded-2xl border border-line bg-surface p-1.5 shadow-float outline-none transition-[scale,opacity] duration-100 data-ending-style:scale-98 data-starting-style:scale-98 data-ending-style:opacity-0 data-starting-style:opacity-0">
            <Choices
              label={text.preferences.theme}
              value={useTheme()}
              options={THEMES.map((theme) => [theme, text.preferences.themes[theme]])}
              onChoose={(theme) => choose('/theme', { theme })}
            />
            <Menu.Separator className="mx-2 my-1.5 h-px bg-line" />
            <Choices
              label={text.preferences.language}
              value={useLanguage()}
              options={LANGUAGES.map((each) => [each, catalogueOf(each).languageName])}
              onChoose={(language) => choose('/language', { language })}
            />
            <Menu.Separator className="mx-2 my-1.5 h-px bg-line" />
            <Menu.Item className={itemClass} onClick={() => choose('/logout', {})}>
              <Icon name="logOut" className="size-4" />
              {text.account.logOut}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

interface ChoicesProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChoose: (value: string) => void;
}

function Choices({ label, value, options, onChoose }: ChoicesProps) {
  return (
    <Menu.RadioGroup value={value} onValueChange={(next) => onChoose(String(next))}>
      <Menu.GroupLabel className={labelClass}>{label}</Menu.GroupLabel>
      {options.map(([option, name]) => (
        <Menu.RadioItem key={option} value={option} className={itemClass}>
          <span className="size-4">
            <Menu.RadioItemIndicator className="text-accent">
              <Icon name="check" className="size-4" />
            </Menu.RadioItemIndicator>
          </span>
          {name}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
