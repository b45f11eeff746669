/**
 * What a user must do before an irreversible action: nothing shortly after signing in,
 * else type the password, or sign in again if there is none.
 */
export type FreshProof = 'recent' | 'password' | 'sign-in';
