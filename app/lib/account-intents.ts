/** What the forms of the account page ask for, each in its field `intent`. */
export type AccountIntent =
  | 'name'
  | 'email'
  | 'password'
  | 'add-passkey'
  | 'remove-passkey'
  | 'link-site'
  | 'unlink-site'
  | 'sign-out-everywhere'
  | 'delete';

/** Those about one of several ways to log in. */
export type WayInIntent = 'remove-passkey' | 'link-site' | 'unlink-site';

/** Those after which the page is shown again, and tells what was done. */
export type SavedIntent = Exclude<AccountIntent, 'sign-out-everywhere' | 'delete'>;
