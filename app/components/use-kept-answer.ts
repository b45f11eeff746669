import { useState } from 'react';
import { useLocation } from 'react-router';

/**
 * What an action answered, kept until the visitor goes on to another address. The router forgets it
 * as soon as loaders load again, which they do by themselves when the wallet moves, and when another
 * language is chosen: an error would vanish while it is read.
 */
export function useKeptAnswer<Answer>(actionData: Answer | undefined): Answer | undefined {
  const { pathname, search } = useLocation();
  const key = pathname + search;
  const [kept, keep] = useState({ key, answer: actionData });
  const isNews = actionData !== undefined && actionData !== kept.answer;
  if (!isNews && key === kept.key) return kept.answer;
  keep({ key, answer: actionData });
  return actionData;
}
