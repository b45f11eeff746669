/** The forms of the account page, each named by its field `intent`. */
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

/** Forms about one of several sign-in methods. */
export type WayInIntent = 'remove-passkey' | 'link-site' | 'unlink-site';

/** Forms after which the page is shown again with a confirmation. */
export type SavedIntent = Exclude<AccountIntent, 'sign-out-everywhere' | 'delete'>;
