/** A transition of the wallet as its history shows it to the owner; the engine’s own are its `walletTransitions`. */
export type HistoryTransition =
  | 'REQUESTED'
  | 'STARTED'
  | 'TAKEN_OVER'
  | 'HANDED_BACK'
  | 'READY'
  /** It was in stock and was given to its owner. */
  | 'TAKEN'
  | 'FAILED'
  | 'RETRIED'
  /** Not by the engine: changed by hand. */
  | 'CHANGED';

const TRANSITIONS = new Map<string, HistoryTransition>([
  ['none to PENDING', 'REQUESTED'],
  ['PENDING to CREATING', 'STARTED'],
  ['FAILED to CREATING', 'STARTED'],
  ['CREATING to CREATING', 'TAKEN_OVER'],
  ['CREATING to PENDING', 'HANDED_BACK'],
  ['CREATING to READY', 'READY'],
  ['READY to READY', 'TAKEN'],
  ['CREATING to FAILED', 'FAILED'],
  ['FAILED to PENDING', 'RETRIED'],
]);

/** The purpose of a transfer. */
export type TransferPurpose = 'SIGNUP_REWARD' | 'OTHER';

export type TransferStatus = 'PENDING' | 'COMPLETED' | 'FAILED';

/** From the stored states of an event; null: the user had no wallet. */
export function transitionOf({
  from,
  to,
}: {
  from: string | null;
  to: string | null;
}): HistoryTransition {
  return TRANSITIONS.get(`${from ?? 'none'} to ${to ?? 'none'}`) ?? 'CHANGED';
}
