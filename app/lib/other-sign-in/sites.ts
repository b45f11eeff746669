/** Other sites by which people may sign in, in the order of their buttons. */
export const PROVIDER_IDS = ['kakao', 'naver', 'google', 'apple', 'openid'] as const;

export type ProviderId = (typeof PROVIDER_IDS)[number];

/** A button; `name` only where the operator has chosen the site. */
export interface ShownProvider {
  readonly id: ProviderId;
  readonly name: string | null;
}

/** Why a sign-in by another site led to nothing. */
export const OTHER_SIGN_IN_ERRORS = ['NOT_JOINED', 'NO_EMAIL', 'REFUSED', 'TOO_MANY'] as const;

export type OtherSignInError = (typeof OTHER_SIGN_IN_ERRORS)[number];

/** From the auth library's code in the address. */
export function otherSignInError(code: string): OtherSignInError {
  if (code === 'account_not_linked') return 'NOT_JOINED';
  if (code === 'email_not_found') return 'NO_EMAIL';
  return code === 'TOO_MANY_REQUESTS' ? 'TOO_MANY' : 'REFUSED';
}

/** Why another site's account was not linked to a signed-in user's. */
export type LinkError = 'OTHERS' | 'REFUSED';

/** From the auth library's code in the address. */
export function linkError(code: string): LinkError {
  return code === 'account_already_linked_to_different_user' ? 'OTHERS' : 'REFUSED';
}
