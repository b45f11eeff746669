import { data } from 'react-router';
import { ErrorPage } from '../components/ErrorPage.tsx';

/** A route of its own, so that the page knows its language and the answer is a 404. */
export function loader() {
  return data(null, { status: 404 });
}

export function action() {
  return data(null, { status: 404 });
}

export default function NotFound() {
  return <ErrorPage kind="not-found" />;
}
