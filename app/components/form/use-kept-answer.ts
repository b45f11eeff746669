import { useState } from 'react';
import { useLocation } from 'react-router';

/**
 * Keeps an action's result until the visitor navigates. The router drops it as soon as loaders
 * revalidate, which happens when the wallet's state or the language changes: an error would vanish
 * while it is being read.
 */
export function useKeptAnswer<Answer>(actionData: Answer | undefined): Answer | undefined {
  const { pathname, search } = useLocation();
  const key = pathname + search;
  const [kept, keep] = useState({ key, answer: actionData });
  const isNew = actionData !== undefined && actionData !== kept.answer;
  if (!isNew && key === kept.key) return kept.answer;
  keep({ key, answer: actionData });
  return actionData;
}
