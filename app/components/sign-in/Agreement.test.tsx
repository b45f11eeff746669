import { renderToStaticMarkup } from 'react-dom/server';
import { createRoutesStub } from 'react-router';
import { expect, test } from 'vitest';
import type { Language } from '../../i18n/language.ts';
import type { OperatorDuties } from '../../lib/settings/env.server.ts';
import { Agreement } from './Agreement.tsx';

function draw(duties: OperatorDuties, language: Language = 'ko'): string {
  const page = () => <Agreement {...duties} />;
  const Stub = createRoutesStub([{ id: 'root', path: '/', Component: page }]);
  return renderToStaticMarkup(<Stub hydrationData={{ loaderData: { root: { language } } }} />);
}

const termsUrl = 'https://example.org/terms';
const privacyUrl = 'https://example.org/privacy';

test('mentions only the documents the operator has configured', () => {
  expect(draw({ termsUrl: null, privacyUrl: null, minimumAge: null })).toBe('');
  const whole = draw({ termsUrl, privacyUrl, minimumAge: 14 }, 'en');
  expect(whole.replace(/<[^>]+>/g, '')).toBe(
    'By signing up you agree to the terms of use and the privacy notice.You must be at least 14 years old to sign up.',
  );
  expect(whole).toContain(`href="${termsUrl}"`);
  expect(whole).toContain(`href="${privacyUrl}"`);
  const age = draw({ termsUrl: null, privacyUrl: null, minimumAge: 14 });
  expect(age).toContain('만 14세 이상');
  expect(age).not.toContain('<a');
});
