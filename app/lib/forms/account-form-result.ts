import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import type { AccountIntent } from './account-intents.ts';
import type { ShownError } from './form-error.ts';

export type AccountField =
  | 'name'
  | 'newEmail'
  | 'currentPassword'
  | 'newPassword'
  | 'password'
  | 'form';

/** What the page shows after a form that did not lead away: its input with errors, or the next step. Never a password. */
export interface AccountFormResult {
  readonly intent: AccountIntent;
  readonly name: string | null;
  readonly newEmail?: string;
  /** Among several forms of one kind, the id of the item. */
  readonly of?: string;
  /** Not an error: what the browser needs to create a passkey. */
  readonly passkeyOptions?: PublicKeyCredentialCreationOptionsJSON;
  /** Not an error: the other site's address, where linking continues. */
  readonly siteAddress?: string;
  readonly errors: Readonly<Partial<Record<AccountField, ShownError>>>;
}

export interface AccountOwner {
  readonly userId: string;
  readonly email: string;
  readonly signedInAt: Date;
}
