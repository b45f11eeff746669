/** What the forms of the account page ask for, each in its field `intent`. */
export type AccountIntent =
  | 'name'
  | 'email'
  | 'password'
  | 'add-passkey'
  | 'remove-passkey'
  | 'sign-out-everywhere'
  | 'delete';

/** Those after which the page is shown again, and tells what was done. */
export type SavedIntent = Exclude<AccountIntent, 'sign-out-everywhere' | 'delete'>;
