import type { OwnerWords } from './owner-words.ts';

export const ownerEn: OwnerWords = {
  noPassword: 'You log in without a password.',
  makePassword: 'How to set one',
  signInMethods: {
    label: {
      'remove-passkey': (name) => `Remove the passkey on ${name}`,
      'link-site': (name) => `Link ${name}`,
      'unlink-site': (name) => `Unlink ${name}`,
    },
    short: { 'remove-passkey': 'Remove', 'link-site': 'Link', 'unlink-site': 'Unlink' },
  },
  sites: {
    title: 'Linked accounts',
    lead: 'Link an account from another service, and you can log in with it, too.',
    linked: ['linked ', ''],
    open: 'not linked',
    goOn: (site) => `Continue at ${site}`,
    errors: {
      OTHERS: 'Someone else here already logs in with that account. Please link a different one.',
      REFUSED: 'The account was not linked. Please try again.',
    },
  },
  passkeys: {
    title: 'Passkeys',
    lead: 'Log in with your fingerprint, face or device PIN, without a password.',
    unknownDevice: 'Device',
    added: ['added ', ''],
    used: ['last used ', ''],
    add: 'Add a passkey on this device',
    needsScripts: 'Turn on JavaScript to add a passkey.',
  },
  key: {
    title: 'Export the private key',
    lead: 'This wallet is yours. With its private key you can use it in other NEAR wallet apps, too.',
    exportedAt: ['Last exported: ', ''],
    open: 'Export the private key',
    back: 'Back to my wallet',
    means: [
      'The private key opens the wallet. Anyone who knows it can move everything inside.',
      'Never send it to anyone. Choonsim will never ask for it.',
      'Once the key is exported, we cannot undo what happens if it is lost or stolen.',
      'Your wallet and chats here stay as they are. We record the date of the export.',
    ],
    notReady: 'You can export it once the wallet is ready.',
    notHere:
      'This server holds no keys, so yours cannot be exported here. It is safe on the servers that make wallets. Please contact support to export it.',
    confirmFirst:
      'Please confirm your e-mail address first, so that nobody who signed up with someone else’s address can take the key.',
    word: 'export',
    typeWord: (word) => `If you have read this, type “${word}”`,
    wordMissing: (word) => `Type exactly “${word}”.`,
    submit: 'Show the private key',
    busy: 'Opening...',
    signInAgain: 'Log in again',
    shownTitle: 'This is your private key',
    shown:
      'Write it down on paper or keep it in a password manager. It disappears when you leave this page.',
    copy: 'Copy the private key',
    done: 'I’ve put it in a safe place',
  },
  confirmEmail: {
    title: 'Confirm your e-mail',
    lead: (email) => `Use ${email} for this account?`,
    submit: 'Yes, it’s mine',
    done: (email) => `${email} is confirmed. Log in with it from now on.`,
    invalid:
      'This link was used before, is more than a day old, or belongs to another account. You can request a new e-mail on the account page.',
    sendLead: (email) => `We’ll send an e-mail to ${email}. Open its link and confirm.`,
    send: 'Send the e-mail',
    sent: (email) =>
      `We sent an e-mail to ${email}. Open its link. If it does not arrive, check your spam folder.`,
    sendAgain: 'Send the confirmation e-mail again',
    toAccount: 'To my account',
  },
};
