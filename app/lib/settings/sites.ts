/** Other sites that users can sign in with, in the order of their buttons. */
export const PROVIDER_IDS = ['kakao', 'naver', 'google', 'apple', 'openid'] as const;

export type ProviderId = (typeof PROVIDER_IDS)[number];

/** A button; `name` only for a site of the operator's choice. */
export interface ShownProvider {
  readonly id: ProviderId;
  readonly name: string | null;
}

/** Why a sign-in with another site failed. */
export const OTHER_SIGN_IN_ERRORS = ['NOT_JOINED', 'NO_EMAIL', 'REFUSED', 'TOO_MANY'] as const;

export type OtherSignInError = (typeof OTHER_SIGN_IN_ERRORS)[number];

/** From the auth library's code in the address. */
export function otherSignInError(code: string): OtherSignInError {
  if (code === 'account_not_linked') return 'NOT_JOINED';
  if (code === 'email_not_found') return 'NO_EMAIL';
  return code === 'TOO_MANY_REQUESTS' ? 'TOO_MANY' : 'REFUSED';
}

/** Why another site's account was not linked. */
export type LinkError = 'OTHERS' | 'REFUSED';

/** From the auth library's code in the address. */
export function linkError(code: string): LinkError {
  return code === 'account_already_linked_to_different_user' ? 'OTHERS' : 'REFUSED';
}
