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

/** What the page shows of a form that was refused: what was typed, never a password. */
export interface AccountRefusal {
  readonly intent: AccountIntent;
  readonly name: string | null;
  readonly newEmail?: string;
  /** Of several like forms, whose it is. */
  readonly of?: string;
  /** No refusal: what a device is to make, in answer to who wants to add a passkey. */
  readonly passkeyOptions?: PublicKeyCredentialCreationOptionsJSON;
  /** No refusal: where to go on, at another site, in answer to who wants to link it. */
  readonly siteAddress?: string;
  readonly errors: Readonly<Partial<Record<AccountField, ShownError>>>;
}

export interface AccountOwner {
  readonly userId: string;
  readonly email: string;
  readonly signedInAt: Date;
}
