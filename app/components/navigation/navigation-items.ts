import type { Catalogue } from '../../i18n/catalogue.ts';
import type { IconName } from '../Icon.tsx';

/** The signed-in pages, in the order of both navigations. */
export const navigationItems = [
  { to: '/home', name: 'home', icon: 'home' },
  { to: '/wallet', name: 'wallet', icon: 'wallet' },
  { to: '/account', name: 'account', icon: 'person' },
] as const satisfies readonly {
  readonly to: string;
  readonly name: keyof Catalogue['navigation']['pages'];
  readonly icon: IconName;
}[];
