import { en } from './en.ts';
import type { MailWords, WayIn } from './mail-words.ts';

function nameOf(way: WayIn): string {
  if (way.kind === 'passkey') return way.device ? `the passkey on ${way.device}` : 'a passkey';
  return `the ${way.name ?? en.account.otherSites.names[way.id]} account`;
}

export const mailEn: MailWords = {
  appName: 'Choonsim',
  orOpen: 'If the button does not work, paste this address into your browser.',
  reset: ({ email, minutes }) => ({
    subject: 'Choose a new password',
    lines: [
      `This link lets you choose a new password for the account ${email}.`,
      `It works once, within ${minutes} minutes. Your other devices will be logged out.`,
    ],
    action: 'Choose a new password',
    unasked:
      'If you did not ask for this, you can delete this e-mail. Your password stays as it is.',
  }),
  confirmSignUp: ({ email, hours }) => ({
    subject: 'Confirm your e-mail address',
    lines: [
      `An account was made with the address ${email}. If it is yours, open the link to confirm it.`,
      `The link works for ${hours} hours, while you are logged in to that account.`,
    ],
    action: 'Confirm this address',
    unasked: 'If you did not sign up, delete this e-mail. Nothing happens unless you confirm.',
  }),
  confirmChange: ({ email, hours }) => ({
    subject: 'Confirm your new e-mail address',
    lines: [
      `You asked to log in with ${email} from now on.`,
      `Open the link and confirm within ${hours} hours. Until then, your current address stays.`,
    ],
    action: 'Use this address',
    unasked: 'If you did not ask for this, delete this e-mail. Nothing changes.',
  }),
  changed: ({ from, to }) => ({
    subject: 'Your e-mail address was changed',
    lines: [
      `The address you log in with was changed from ${from} to ${to}.`,
      'You can no longer log in or ask for a new password with the old one.',
    ],
    action: null,
    unasked: 'If this was not you, please contact support right away.',
  }),
  wayIn: ({ change, way }) =>
    change === 'added'
      ? {
          subject: 'A new sign-in method was added',
          lines: [
            `A new sign-in method was just added to your account: ${nameOf(way)}.`,
            'You can log in with it from now on.',
          ],
          action: null,
          unasked:
            'If this was not you, remove it on your account page, change your password, and log out on all devices.',
        }
      : {
          subject: 'A sign-in method was removed',
          lines: [
            `A sign-in method was just removed from your account: ${nameOf(way)}.`,
            'You can no longer log in with it.',
          ],
          action: null,
          unasked:
            'If this was not you, change your password, log out on all devices, and contact support.',
        },
  keyExported: ({ accountId }) => ({
    subject: 'Your wallet’s private key was shown',
    lines: [
      `The private key of the wallet ${accountId} has just been shown on a screen.`,
      'Anyone who has the key can move what is in the wallet. Share it with nobody; we never ask for it.',
    ],
    action: null,
    unasked:
      'If this was not you, change your password, move everything in the wallet to another account, and contact support.',
  }),
};
