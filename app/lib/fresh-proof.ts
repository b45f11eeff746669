/**
 * What a user must do before something that cannot be taken back: nothing after a sign-in of the last
 * minutes, else type the password, or sign in again where there is none.
 */
export type FreshProof = 'recent' | 'password' | 'sign-in';
