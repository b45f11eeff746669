export interface ToastMessage {
  readonly kind: 'success' | 'error' | 'info';
  readonly title: string;
  readonly description?: string;
  /** A toast with the same id takes the place of the one shown. */
  readonly id?: string;
}

type Presenter = (message: ToastMessage) => void;

const waiting: ToastMessage[] = [];
const listeners = new Set<() => void>();
let present: Presenter | null = null;

/** Shows a short message. What draws it is loaded at the first one. */
export function showToast(message: ToastMessage): void {
  if (present) {
    present(message);
    return;
  }
  waiting.push(message);
  for (const listener of listeners) listener();
}

export function hasToasts(): boolean {
  return present !== null || waiting.length > 0;
}

export function onToast(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Hands over what waited and all that follows. @returns how to stop */
export function presentToasts(presenter: Presenter): () => void {
  present = presenter;
  for (const message of waiting.splice(0)) presenter(message);
  return () => {
    present = null;
  };
}
