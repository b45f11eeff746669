import { data } from 'react-router';
import { ErrorPage } from '../components/page/ErrorPage.tsx';

/** A route of its own, so that the page has its language and the status is 404. */
export function loader() {
  return data(null, { status: 404 });
}

export function action() {
  return data(null, { status: 404 });
}

export default function NotFound() {
  return <ErrorPage kind="not-found" />;
}
