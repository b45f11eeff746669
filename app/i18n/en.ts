import {
  ADMIN_PASSWORD_MIN_LENGTH,
  DELETED_EMAIL_REST_DAYS,
  NAME_MAX_LENGTH,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
} from '../lib/forms/account-rules.ts';
import { groupDigits } from '../lib/wallet/group-digits.ts';
import { helpEn } from './care-en.ts';
import type { Catalogue } from './catalogue.ts';
import { firstTalkEn } from './first-talk-en.ts';
import { walletSaysEn } from './wallet-says-en.ts';

export const en: Catalogue = {
  appName: 'Choonsim',
  languageName: 'English',
  skipToContent: 'Skip to content',
  loading: 'Loading...',
  navigation: {
    label: 'Main',
    pages: { home: 'Home', wallet: 'Wallet', account: 'Account' },
  },
  preferences: {
    menu: 'Settings and log-out',
    theme: 'Theme',
    themes: { system: 'Device', light: 'Light', dark: 'Dark' },
    language: 'Language',
  },
  welcome: {
    title: 'Choonsim · someone to talk to',
    description: 'When you want to tell someone about your day, Choonsim and her friends are here.',
    headline: 'Who would you like to tell about your day?',
    start: 'Get started',
    haveAccount: 'I already have an account',
    talk: 'A conversation with Choonsim',
    choose: 'Choose an answer',
    goOn: 'Keep talking',
    fromStart: 'Start over',
    isKept: 'Sign up, and your conversation continues from here.',
  },
  firstTalk: firstTalkEn,
  scene: {
    label: 'Welcome',
    known: (name) => `${name}! So that’s your name. From now on I’ll use it. Now, where were we?`,
    waiting:
      'I picked out a little present for you and I’m wrapping it right now. Just a moment, then let’s talk!',
    slow: 'Hm, this is taking longer than usual. You can close the window: your present is safe, and I’ll hand it over right here.',
    given:
      'Ta-da, your present is here! I put it in your wallet. So, what shall we talk about first?',
    wrapping: 'Your present is being wrapped',
    notYet: 'Your present is still here',
    giftTitle: 'Welcome gift',
    giftTo: (name) => `For ${name}`,
    toWallet: 'See it in my wallet',
    toRoom: 'Talk with Choonsim',
    tellMe: 'Let me know when it’s done',
    willTell: {
      notification: 'You’ll get a notification when it’s done. Feel free to do something else.',
      title:
        'Notifications are off. Keep this tab open, and its title will tell you when it is done.',
    },
    readyNotice: { title: 'Choonsim’s present is here', body: 'You can talk now.' },
    readyTitle: '🎁 Your present is here',
  },
  account: {
    signUpTitle: 'Sign up',
    signUpLead: 'It takes less than a minute.',
    logInTitle: 'Log in',
    logInLead: 'Good to see you again.',
    logInFirst: 'Log in to go on to the page you wanted.',
    name: 'Name',
    nameHint: 'What you would like to be called.',
    email: 'E-mail',
    password: 'Password',
    passwordHint: `At least ${PASSWORD_MIN_LENGTH} characters.`,
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    signUp: 'Sign up and start',
    signingUp: 'Signing up...',
    logIn: 'Log in',
    loggingIn: 'Logging in...',
    logInByPasskey: 'Use a passkey',
    or: 'or',
    otherSites: {
      logIn: (name) => `Continue with ${name}`,
      nameless: 'friend',
      names: { kakao: 'Kakao', naver: 'Naver', google: 'Google', apple: 'Apple', openid: 'OpenID' },
      errors: {
        NOT_JOINED:
          'There is already an account with this e-mail. Please log in the way you did before, then link this one on the account page.',
        NO_EMAIL: 'That site did not share your e-mail address. Please allow it and try again.',
        REFUSED: 'Logging in there did not work. Try again, or log in another way.',
        TOO_MANY:
          'There were too many sign-ups from your network. Please try again in about an hour.',
      },
    },
    passkeyFailed: 'This device or browser cannot use passkeys right now.',
    logOut: 'Log out',
    noAccountYet: 'No account yet?',
    haveAccount: 'Already have an account?',
    errors: {
      NAME_MISSING: 'Please enter your name.',
      NAME_TOO_LONG: `A name can have up to ${NAME_MAX_LENGTH} characters.`,
      NAME_UNREADABLE:
        'This name has invisible characters in it. Please type it again without them.',
      EMAIL_INVALID: 'Please check the e-mail address. It should look like choonsim@example.com.',
      EMAIL_SAME: 'This is already your address. Please enter a different one.',
      EMAIL_TAKEN: 'This e-mail already has an account. Log in, or use another e-mail.',
      PASSWORD_TOO_SHORT: `This password is too short. Use at least ${PASSWORD_MIN_LENGTH} characters.`,
      ADMIN_PASSWORD_TOO_SHORT: `An admin’s password must be longer. Use at least ${ADMIN_PASSWORD_MIN_LENGTH} characters.`,
      PASSWORD_TOO_LONG: `This password is too long. Use up to ${PASSWORD_MAX_LENGTH} characters.`,
      PASSWORD_MISSING: 'Please enter your password.',
      PASSWORD_GUESSABLE:
        'This password is easy to guess: many people use it, or it is your name or e-mail. Please choose another.',
      PASSWORD_WRONG: 'This password is wrong.',
      CREDENTIALS_WRONG: 'The e-mail or the password is wrong.',
      PASSKEY_REFUSED: 'This passkey was not accepted. Try again, or use another way.',
      PASSKEYS_TOO_MANY:
        'You can have up to 10 passkeys. Please remove one you no longer use first.',
      SIGN_IN_AGAIN: 'To confirm it’s you, please log out and back in, then continue here.',
      EMAIL_UNPROVEN: 'Please confirm your e-mail address first.',
      LAST_WAY_IN: 'This is your only way to log in. Set a password or add another way first.',
      TOO_MANY_REQUESTS: 'Too many tries. Please wait a moment and try again.',
      WORD_MISSING: 'Type the word exactly as shown.',
      WALLET_NOT_READY: 'You can do this once your wallet is ready.',
      COOKIES_BLOCKED:
        'Your browser blocks cookies, so you could not stay logged in. Please allow cookies for this site, then try again.',
      BUSY: 'It’s busy here right now. What you typed is still here; please try again in a few seconds.',
      FAILED: 'That did not work. What you typed is still here; please try again.',
    },
  },
  agreement: {
    lead: 'By signing up you agree to the',
    terms: 'terms of use',
    privacy: 'privacy notice',
    and: ' and the ',
    end: '.',
    age: (years) => `You must be at least ${years} years old to sign up.`,
  },
  forgotten: {
    link: 'Can’t log in?',
    title: 'If you can’t log in',
    lead: 'Your account and wallet are still there, even if you forgot the password or mistyped the e-mail.',
    steps: [
      'Write to the address below with the e-mail you signed up with and, if you know it, your wallet’s account ID. We will never ask for your password.',
      'Once we know it’s you, we will send a link that works once, within 15 minutes.',
      'Open it, choose a new password, and you’re back in.',
    ],
    stepsWithoutAddress: [
      'Tell the operator of this service the e-mail you signed up with and, if you know it, your wallet’s account ID. They do not need your password.',
      'They can make a link for you that works once, within 15 minutes.',
      'Open it, choose a new password, and you’re back in.',
    ],
    subject: 'I can’t log in',
    mailLead:
      'Enter the e-mail you signed up with. We will send you a link to choose a new password.',
    send: 'Send the link',
    sending: 'Sending...',
    sent: (email) =>
      `If an account has the address ${email}, a link is on its way. Open it within 15 minutes. If it does not arrive, check your spam folder.`,
    otherWay: 'Can’t get e-mail there?',
    back: 'Back to log-in',
  },
  newPassword: {
    title: 'Choose a new password',
    lead: (email) => `Choose a new password for ${email}. You will be logged out on other devices.`,
    submit: 'Set password and continue',
    invalid:
      'This link has been used, has expired after 15 minutes, or does not exist. Please ask for a new one.',
    ask: 'How to get a new link',
  },
  home: {
    title: 'Home',
    greeting: (name) => `Welcome, ${name}`,
    lead: 'Who would you like to talk to?',
    characters: 'Characters',
  },
  wallet: {
    name: 'Wallet',
    setupTitle: 'Your wallet',
    setupMessages: [
      'Preparing a safe blockchain wallet just for you...',
      'Your chat with Choonsim starts soon!',
    ],
    setupSlow: 'This is taking longer than usual. You can close this page and come back later.',
    setupAction: 'Set up my wallet',
    setupFailed: 'Your wallet could not be set up. Please try again.',
    verifyFirst:
      'Please open the link in the e-mail we sent you. Your wallet will be set up right after.',
    ready: 'Your wallet is ready!',
    getHelp: 'Get help',
    retry: 'Try again',
    lookAgain: 'Refresh',
    balance: (choco) => `${groupDigits(choco)} CHOCO`,
    readyDetail: (choco) => `It holds ${groupDigits(choco)} CHOCO. You can chat now.`,
    errorCode: (code) => `Error code ${code}`,
  },
  walletSays: walletSaysEn,
  walletLive: {
    countdown: (minutes, seconds) => (minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`),
    anyMoment: 'any moment',
    retryNotPossible: 'It cannot be tried again right now.',
    recordTorn:
      'Part of your older wallet’s record is missing, so it cannot be set up automatically. We keep what is left as it is. Please give the error code below to the operator of this service.',
  },
  accountPage: {
    title: 'My account',
    profile: 'Profile',
    emailHint: 'You log in with this address. It cannot be changed.',
    emailTitle: 'E-mail',
    emailVerified: 'This address is confirmed.',
    emailUnverified:
      'This address is not confirmed yet. Confirm it, so that an e-mail can get you back in if you forget your password.',
    verifyEmail: 'Send a confirmation e-mail',
    newEmail: 'New e-mail',
    newEmailHint: 'Your address changes once you confirm it in the e-mail we send there.',
    changeEmail: 'Change e-mail',
    proofPassword: 'Confirm with your current password',
    save: 'Save',
    busy: {
      name: 'Saving...',
      email: 'Sending...',
      password: 'Changing...',
      'add-passkey': 'Adding...',
      'remove-passkey': 'Removing...',
      'link-site': 'Linking...',
      'unlink-site': 'Unlinking...',
      'sign-out-everywhere': 'Logging out...',
      delete: 'Deleting...',
    },
    saved: {
      name: 'Your name was changed.',
      email: 'We sent an e-mail to the new address. Open its link to switch.',
      'add-passkey': 'Your passkey was added. You can log in with it from now on.',
      'remove-passkey': 'The passkey was removed.',
      'link-site': 'The account is linked. You can log in with it from now on.',
      'unlink-site': 'The account is unlinked.',
      password: 'Your password was changed.',
    },
    nameNotSaved: 'You were logged out, so this is not saved yet. Please press Save again.',
    passwordTitle: 'Change the password',
    currentPassword: 'Current password',
    newPassword: 'New password',
    keepOthers: 'Stay logged in on other devices',
    changePassword: 'Change the password',
    display: 'Language and appearance',
    devices: 'Devices',
    devicesHint: 'If you lost a device, or someone else may be using one, log out everywhere.',
    signOutHere: 'Log out on this device',
    signOutEverywhere: 'Log out everywhere',
    deleteTitle: 'Delete the account',
    deleteMeans: [
      'Your name, e-mail, sign-in methods and all conversations are erased at once. This cannot be undone.',
      'Your wallet and its CHOCO stay on the blockchain. We keep its record so that nothing is lost; write down the account ID in case you want to ask about it later.',
      'A wallet that is still being created will be finished and kept as a record.',
      `You can sign up again with the same e-mail after ${DELETED_EMAIL_REST_DAYS} days, and get a new wallet. To recognize it, we keep an unreadable value in place of the address.`,
    ],
    deletePassword: 'Enter your password to confirm',
    deleteAction: 'Delete my account for good',
    goodbyeTitle: 'Your account is deleted',
    goodbye: 'Thank you for the time we shared. Your wallet stays on the blockchain.',
    toStart: 'To the first page',
  },
  walletPage: {
    title: 'My wallet',
    accountId: 'Account ID',
    copyAccountId: 'Copy account ID',
    copyHash: 'Copy transaction hash',
    copied: 'Copied.',
    copyRefused: 'Copying did not work. Please select and copy it yourself.',
    qrCode: 'QR code of the account ID',
    balance: 'Balance',
    syncedAt: ['as of ', ''],
    transfers: 'Activity',
    noTransfers: 'No CHOCO has arrived yet.',
    happened: {
      SIGNUP_REWARD: {
        PENDING: (amount) => `Your welcome gift of ${amount} is on its way.`,
        COMPLETED: (amount) => `You received ${amount} as a welcome gift.`,
        FAILED: (amount) => `Your welcome gift of ${amount} has not arrived yet.`,
      },
      OTHER: {
        PENDING: (amount) => `${amount} is on its way to you.`,
        COMPLETED: (amount) => `You received ${amount}.`,
        FAILED: (amount) => `${amount} did not arrive.`,
      },
    },
    transactionFacts: 'Transaction details',
    transaction: 'Transaction',
    receive: 'Receive',
    receiveHint:
      'Share this address or the QR code to receive CHOCO and NEAR. It is safe to share.',
    explorer: 'View in the block explorer',
    history: 'Your wallet’s story',
    noHistory: 'No history.',
    events: {
      REQUESTED: 'You asked for a wallet.',
      STARTED: 'We started creating it.',
      TAKEN_OVER: 'We picked up where the work had stopped.',
      TAKEN: 'You got a wallet we had ready for you.',
      HANDED_BACK: 'We paused the work for a while.',
      READY: 'Your wallet is ready.',
      FAILED: 'It could not be created.',
      RETRIED: 'We are trying again.',
      CHANGED: 'Its status changed.',
    },
    attempt: (attempt) => `attempt ${attempt}`,
    helpTitle: 'I need help',
    helpWithoutAddress:
      'It will not be tried again automatically. Please give the error code and account ID below to the operator of this service. They do not need your password.',
    help: 'Please give support the error code and account ID below. They will never ask for your password.',
  },
  chat: {
    back: 'Back to home',
    placeholder: (name) => `Message ${name}`,
    placeholderLocked: 'You can start typing',
    message: 'Message',
    send: 'Send',
    stop: 'Stop the reply',
    retry: 'Try again',
    anotherReply: 'Another reply',
    earlier: 'Earlier messages',
    earlierFailed: 'Earlier messages could not be loaded. Please try again.',
    latest: 'To the latest messages',
    toEnd: 'Jump to the newest message',
    isAi: 'An AI character, not a person.',
    help: helpEn,
    title: (name) => `Chat with ${name}`,
    history: (name) => `Conversation with ${name}`,
    rooms: 'Other conversations',
    today: 'Today',
    yesterday: 'Yesterday',
    you: 'You',
    writing: (name) => `${name} is typing`,
    lengthLeft: (count) => `${count} ${count === 1 ? 'character' : 'characters'} left`,
    lengthOver: (count) =>
      `${count.toLocaleString('en')} ${count === 1 ? 'character' : 'characters'} over the limit`,
    logInAgain: 'Log in again',
    errors: {
      MESSAGE_EMPTY: 'Please write a message.',
      MESSAGE_TOO_LONG: (limit) =>
        `This message is too long. It can have up to ${limit.toLocaleString('en')} characters.`,
      WALLET_NOT_READY: 'Your wallet is not ready yet. Your message is still here.',
      UNAUTHORIZED: 'You are logged out. What you typed stays in this tab.',
      FAILED: 'Your message was not sent. It is still here; please send it again.',
    },
    cut: {
      length: 'The reply got too long, so it ends here.',
      filter: 'The rest cannot be shown, so the reply ends here.',
      fault: 'The reply was cut off here.',
    },
    replyErrors: {
      MODEL_BUSY: 'Many people are talking right now. Please try again in a moment.',
      MODEL_TIMEOUT: 'The reply is taking too long. Shall we try again?',
      MODEL_SILENT: 'No reply came this time. Shall we try again?',
      MODEL_UNAVAILABLE: 'Replies are not available right now. Your message is saved.',
      INTERRUPTED: 'The reply was cut off.',
      STOPPED: 'You stopped the reply.',
      UNANSWERED: 'There is no reply yet.',
      FAILED: 'The reply did not arrive. Please check your connection and try again.',
    },
  },
  characters: {
    choonsim: {
      name: 'Choonsim',
      tagline: 'A friend as warm as spring',
      persona: 'Listens first, whatever it is, and celebrates the little things with you.',
      hello: (name) =>
        `${name}, welcome! I’m Choonsim. From today on, I’m the first to hear your stories.`,
      openers: [
        'Hi Choonsim! Nice to meet you.',
        'Can I tell you about my day?',
        'Say something nice about me.',
      ],
    },
    haru: {
      name: 'Haru',
      tagline: 'The calm barista next door',
      persona: 'Helps you unwind from your day, slowly, over the smell of coffee.',
      hello: (name) =>
        `Welcome, ${name}. I’m Haru. The seat by the window is yours; take your time.`,
      openers: ['What’s today’s coffee?', 'How should I wind down today?', 'I’m a bit tired.'],
    },
    mir: {
      name: 'Mir',
      tagline: 'A curious little dragon',
      persona: 'Loves silly ideas and tales of adventure more than anything.',
      hello: (name) => `Rawr! ${name}, ready for take-off? I’m Mir! Where shall we fly today?`,
      openers: ['Tell me an adventure!', 'What do dragons eat?', 'Let’s imagine something silly.'],
    },
    byeol: {
      name: 'Byeol',
      tagline: 'A cat who watches the stars',
      persona: 'Sits quietly beside you on sleepless nights and talks of stars.',
      hello: (name) => `Meow. ${name}, you came. I’m Byeol. Tonight I’ll sit beside you.`,
      openers: ['I can’t sleep.', 'Tell me about the stars.', 'Just stay with me.'],
    },
    sunja: {
      name: 'Granny Sunja',
      tagline: 'Side dishes at the end of the alley',
      persona: 'First asks if you’ve eaten, and is always on your side.',
      hello: (name) =>
        `My, my, ${name} is here! Have you eaten? Sit down where the floor is warm; Granny is setting the table.`,
      openers: ['Granny, I’m here.', 'What should I have for dinner?', 'Granny, take my side.'],
    },
    bolt: {
      name: 'Bolt',
      tagline: 'A little robot that breaks down big tasks',
      persona: 'Takes big tasks apart into screw-sized pieces. Jokes are still in beta.',
      hello: (name) =>
        `Beep. ${name} connected! I am Bolt. I take big things apart, one screw at a time. Where shall we start today?`,
      openers: ['I have too much to do.', 'Tell me a joke.', 'I always give up after three days.'],
    },
  },
  kept: {
    menu: 'Message menu',
    copy: 'Copy',
    copied: 'Copied',
    copyRefused: 'Copying did not work. Please select and copy it yourself.',
    remove: 'Delete',
    removeMeans: {
      user: 'This message and the reply to it will be deleted for good.',
      assistant: 'This reply will be deleted for good.',
    },
    removeNow: 'Yes, delete it',
    removeFailed: 'It could not be deleted. Please check your connection and try again.',
    roomMenu: 'Conversation menu',
    removeRoom: 'Delete conversation',
    removeRoomTitle: 'Delete the whole conversation?',
    removeRoomMeans: (name) =>
      `Everything you and ${name} said will be deleted for good. Your wallet and CHOCO stay as they are.`,
    removeRoomNow: 'Delete everything',
    keepRoom: 'Keep it',
  },
  search: {
    title: 'Search messages',
    label: 'Words to find',
    lead: 'Looks through all your conversations.',
    submit: 'Search',
    none: (words, isWhole) =>
      isWhole
        ? `No message contains “${words}”. Try a shorter word.`
        : `No message up to here contains “${words}”.`,
    older: 'Search older messages',
    found: (count, isAll) =>
      isAll ? `${count} ${count === 1 ? 'message' : 'messages'} found.` : `The latest ${count}.`,
  },
  limits: {
    title: 'Please wait a moment',
    wait: (seconds) => `in ${countedTime(seconds)}`,
    sentences: {
      you: (wait) => `That was a lot in a short time. Please try again ${wait}.`,
      network: (wait) =>
        `There were too many requests from your network, perhaps from others who share it. Please try again ${wait}, or from another network.`,
      account: (wait) =>
        `There were too many log-in attempts for this account. Please try again ${wait}, or use a device you have logged in on before.`,
      mailbox: (wait) =>
        `We have already sent several e-mails to this address; please check your spam folder, too. You can ask for another ${wait}.`,
      day: (wait) => `You have used all of today’s replies. You can continue ${wait}.`,
      everybody: (wait) =>
        `So many people are talking today that no more replies can be written. You can continue ${wait}.`,
    },
  },
  offline: {
    title: 'You’re offline',
    text: 'You’ll return to your page as soon as you’re back online. Your conversations are safe.',
    again: 'Try again',
  },
  refusals: {
    title: 'This could not be opened',
    address: 'The address is too long, or a part of it is wrong. Please check it.',
    header:
      'Your browser sent too much with this request. Please delete the cookies of this site and try again.',
    body: 'What you sent is too long. Please shorten it and send it again.',
    foreign: 'This was sent from another site, so nothing was done. Please do it here again.',
    crowded: 'It’s very busy here right now. Please try again in a few seconds.',
  },
  errors: {
    notFoundTitle: 'Page not found',
    notFound: 'The address has changed, or there is no such page.',
    brokenTitle: 'Something went wrong',
    broken: 'Please try again in a moment. If it keeps happening, let us know.',
    lostTitle: 'The page could not be loaded',
    lost: 'Please check your connection and try again.',
    home: 'Home',
    again: 'Try again',
  },
};

/** Rounded up, so that nobody comes back too early. */
function countedTime(seconds: number): string {
  const [count, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3_600
        ? [Math.ceil(seconds / 60), 'minute']
        : [Math.ceil(seconds / 3_600), 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
