import {
  ADMIN_PASSWORD_MIN_LENGTH,
  DELETED_EMAIL_REST_DAYS,
  NAME_MAX_LENGTH,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
} from '../lib/account-rules.ts';
import { groupDigits } from '../lib/group-digits.ts';
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
    description:
      'When you want to tell somebody about your day, Choonsim and her friends are there.',
    headline: 'Who would you like to tell about your day?',
    start: 'Get started',
    haveAccount: 'I have an account',
    talk: 'A conversation with Choonsim',
    choose: 'Choose an answer',
    goOn: 'Keep talking',
    fromStart: 'Start over',
    isKept: 'Sign up, and the conversation goes on from here.',
  },
  firstTalk: firstTalkEn,
  scene: {
    label: 'Welcome',
    known: (name) =>
      `${name}, so that is your name! From now on I will call you by it. Let us go on where we were.`,
    waiting:
      'I picked out a little present and am wrapping it right now. One moment, and then we talk!',
    slow: 'Hm, this takes longer than usual today. You may close the window: the present does not get lost, and I will hand it over here.',
    given: 'Ta-da, your present! I put it into your wallet. So, what shall we talk about first?',
    wrapping: 'Your present is being wrapped',
    notYet: 'Your present is still here',
    giftTitle: 'Welcome gift',
    giftTo: (name) => `For ${name}`,
    toWallet: 'See it in the wallet',
    toRoom: 'Talk to Choonsim',
    tellMe: 'Tell me when it is done',
    willTell: {
      notification: 'You will get a notification when it is done. Feel free to do something else.',
      title:
        'Notifications are off. Keep this tab open, and its title will tell you when it is done.',
    },
    readyNotice: { title: 'Choonsim’s present has arrived', body: 'You can talk now.' },
    readyTitle: '🎁 Your present has arrived',
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
          'An account with this e-mail exists already. Please log in the way you did before, then link this one on the account page.',
        NO_EMAIL: 'That site did not tell us an e-mail address. Please allow it to, and try again.',
        REFUSED: 'Logging in there did not work. Try again, or log in another way.',
        TOO_MANY:
          'There were too many sign-ups from your network. Please try again in about an hour.',
      },
    },
    passkeyFailed: 'Passkeys cannot be used on this device or in this browser now.',
    logOut: 'Log out',
    noAccountYet: 'No account yet?',
    haveAccount: 'Already have an account?',
    errors: {
      NAME_MISSING: 'Please enter your name.',
      NAME_TOO_LONG: `A name can have up to ${NAME_MAX_LENGTH} characters.`,
      NAME_UNREADABLE:
        'This name has invisible characters in it. Please type it again without them.',
      EMAIL_INVALID: 'Please check the e-mail address, such as choonsim@example.com.',
      EMAIL_SAME: 'This is the address you have now. Enter another one.',
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
      PASSKEYS_TOO_MANY: 'You can have up to 10 passkeys. Remove one that you do not use first.',
      SIGN_IN_AGAIN: 'Please log out and in again to show that it is you, then go on here.',
      EMAIL_UNPROVEN: 'Please confirm your e-mail address first.',
      LAST_WAY_IN: 'This is your only way to log in. Set a password or add another way first.',
      TOO_MANY_REQUESTS: 'Too many tries. Please wait a moment and try again.',
      WORD_MISSING: 'Type the word exactly as shown.',
      WALLET_NOT_READY: 'This is possible once your wallet is ready.',
      COOKIES_BLOCKED:
        'Your browser blocks cookies, so you could not stay logged in. Please allow cookies for this site, then try again.',
      BUSY: 'Many people are here right now. What you typed is still here; please try again in a few seconds.',
      FAILED: 'That did not work just now. What you typed is still here; please try again.',
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
    link: 'Cannot log in?',
    title: 'When you cannot log in',
    lead: 'Your account and wallet are still there, even if you forgot the password or mistyped the e-mail.',
    steps: [
      'Write to the address below and tell us the e-mail you signed up with and, if you know it, the account ID of your wallet. Nobody will ask for your password.',
      'Once we know that it is you, we send a link that works once, within 15 minutes.',
      'Open it, choose a new password, and you are back in.',
    ],
    stepsWithoutAddress: [
      'Tell whoever runs this service the e-mail you signed up with and, if you know it, the account ID of your wallet. They do not need your password.',
      'They can make a link for you that works once, within 15 minutes.',
      'Open it, choose a new password, and you are back in.',
    ],
    subject: 'I cannot log in',
    mailLead:
      'Enter the e-mail you signed up with. We will send you a link to choose a new password.',
    send: 'Send the link',
    sending: 'Sending...',
    sent: (email) =>
      `If an account has the address ${email}, a link is on its way. Open it within 15 minutes. If it does not arrive, look into the spam folder.`,
    otherWay: 'You cannot receive mail there?',
    back: 'Back to log-in',
  },
  newPassword: {
    title: 'Choose a new password',
    lead: (email) => `Choose a new password for ${email}. You will be logged out on other devices.`,
    submit: 'Set the password and enter',
    invalid:
      'This link was used, is older than 15 minutes, or does not exist. Please ask for a new one.',
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
    setupAction: 'Prepare my wallet',
    setupFailed: 'Your wallet could not be prepared. Please try again.',
    verifyFirst:
      'Open the link in the mail we sent you. Your wallet is prepared as soon as you have.',
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
      'Part of the record of your older wallet is missing, so it cannot be prepared automatically. What is left of it is kept as it is; please tell whoever runs this service the error code below.',
  },
  accountPage: {
    title: 'My account',
    profile: 'Profile',
    emailHint: 'You log in with it. It cannot be changed.',
    emailTitle: 'E-mail',
    emailVerified: 'This address is confirmed.',
    emailUnverified:
      'This address is not confirmed yet. Confirm it to be sure that a mail can bring you back if you forget your password.',
    verifyEmail: 'Send a confirmation mail',
    newEmail: 'New e-mail',
    newEmailHint: 'Your address changes once you confirm it in the mail we send there.',
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
      email: 'We have sent a mail to the new address. Open the link in it to switch.',
      'add-passkey': 'The passkey was added. From now on you can log in with it.',
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
    devicesHint: 'If a device is lost, or somebody else may be using one, log out everywhere.',
    signOutHere: 'Log out on this device',
    signOutEverywhere: 'Log out everywhere',
    deleteTitle: 'Delete the account',
    deleteMeans: [
      'Your name, e-mail, ways to log in and all conversations are erased at once and cannot be brought back.',
      'The wallet and its CHOCO stay on the blockchain. We keep its record so that nothing is lost; write down the account ID if you may want to ask about it later.',
      'A wallet that is still being created is finished and kept as a record.',
      `The same e-mail can sign up again after ${DELETED_EMAIL_REST_DAYS} days, and gets a new wallet. To recognise it, we keep an unreadable value in place of the address.`,
    ],
    deletePassword: 'Enter your password to confirm',
    deleteAction: 'Delete the account for good',
    goodbyeTitle: 'Your account is deleted',
    goodbye: 'Thank you for the time together. Your wallet stays on the blockchain.',
    toStart: 'To the first page',
  },
  walletPage: {
    title: 'My wallet',
    accountId: 'Account ID',
    copyAccountId: 'Copy account ID',
    copyHash: 'Copy transaction hash',
    copied: 'Copied.',
    copyRefused: 'It could not be copied. Please select and copy it yourself.',
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
    explorer: 'Look it up in the block explorer',
    history: 'How it came about',
    noHistory: 'There is no record left.',
    moves: {
      REQUESTED: 'You asked for a wallet.',
      STARTED: 'We started creating it.',
      TAKEN_OVER: 'We picked up work that had stopped.',
      TAKEN: 'You were given a wallet that stood ready.',
      HANDED_BACK: 'We paused the work for a while.',
      READY: 'Your wallet became ready.',
      FAILED: 'It could not be created.',
      RETRIED: 'It was queued for another try.',
      CHANGED: 'Its state changed.',
    },
    attempt: (attempt) => `attempt ${attempt}`,
    helpTitle: 'I need help',
    helpWithoutAddress:
      'It will not be tried again automatically. Please give the error code and account ID below to whoever runs this service. They do not need your password.',
    help: 'Please tell support the error code and account ID below. Nobody will ask for your password.',
  },
  chat: {
    back: 'Back to home',
    placeholder: (name) => `Message ${name}`,
    placeholderLocked: 'You can write ahead',
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
    history: (name) => `Conversation with ${name}`,
    rooms: 'Other conversations',
    today: 'Today',
    yesterday: 'Yesterday',
    you: 'You',
    writing: (name) => `${name} is writing`,
    lengthLeft: (count) => `${count} ${count === 1 ? 'character' : 'characters'} left`,
    lengthOver: (count) =>
      `${count.toLocaleString('en')} ${count === 1 ? 'character' : 'characters'} too many`,
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
      length: 'It got long, so the reply ends here.',
      filter: 'The rest cannot be shown, so the reply ends here.',
      fault: 'The reply broke off here.',
    },
    troubles: {
      MODEL_BUSY: 'Many people are talking right now. Please try again in a moment.',
      MODEL_TIMEOUT: 'The reply is taking too long. Shall we try again?',
      MODEL_SILENT: 'No words came this time. Shall we try again?',
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
      persona: 'Listens first, whatever it is, and is happy with you about small things.',
      hello: (name) =>
        `${name}, welcome! I am Choonsim. From today I am the first to hear your stories.`,
      openers: [
        'Hi Choonsim! Nice to meet you.',
        'Can I tell you about my day?',
        'Say something nice about me.',
      ],
    },
    haru: {
      name: 'Haru',
      tagline: 'The calm barista next door',
      persona: 'Helps you sort out your day, slowly, over the smell of coffee.',
      hello: (name) =>
        `Welcome, ${name}. I am Haru. The seat by the window is yours; take your time.`,
      openers: ["What is today's coffee?", 'How do I wind down today?', 'I am a bit tired.'],
    },
    mir: {
      name: 'Mir',
      tagline: 'A curious little dragon',
      persona: 'Loves odd ideas and tales of adventure more than anything.',
      hello: (name) =>
        `Rawr! Crew member ${name}, ready for take-off? I am Mir! Where do we fly today?`,
      openers: ['Tell me an adventure!', 'What do dragons eat?', "Let's imagine something odd."],
    },
    byeol: {
      name: 'Byeol',
      tagline: 'A cat who watches the stars',
      persona: 'Sits quietly beside you on sleepless nights and talks of stars.',
      hello: (name) => `Meow. ${name}, you came. I am Byeol. Tonight I will sit beside you.`,
      openers: ["I can't sleep.", 'Tell me about the stars.', 'Just stay with me.'],
    },
    sunja: {
      name: 'Granny Sunja',
      tagline: 'Side dishes at the end of the alley',
      persona: 'Asks whether you have eaten, and is on your side whatever happens.',
      hello: (name) =>
        `My, my, ${name} is here! Have you eaten? Sit where the floor is warm; Granny sets the table.`,
      openers: ['Granny, I am here.', 'What should I have for dinner?', 'Granny, take my side.'],
    },
    bolt: {
      name: 'Bolt',
      tagline: 'A little robot that splits big tasks',
      persona: 'Takes what looms large apart into pieces the size of a screw. Jokes are in beta.',
      hello: (name) =>
        `Beep. ${name} connected! I am Bolt. I take big things apart, one screw at a time. Where do we start today?`,
      openers: [
        'I have too much to do.',
        'Tell me a joke.',
        'I give up on plans after three days.',
      ],
    },
  },
  kept: {
    menu: 'Message menu',
    copy: 'Copy',
    copied: 'Copied',
    copyRefused: 'It could not be copied. Please select and copy it yourself.',
    remove: 'Delete',
    removeMeans: {
      user: 'This message and the reply to it are deleted for good.',
      assistant: 'This reply is deleted for good.',
    },
    removeNow: 'Yes, delete it',
    removeFailed: 'It could not be deleted. Check the connection and try again.',
    roomMenu: 'Conversation menu',
    removeRoom: 'Delete conversation',
    removeRoomTitle: 'Delete the whole conversation?',
    removeRoomMeans: (name) =>
      `Everything you and ${name} said is deleted for good. Your wallet and CHOCO stay as they are.`,
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
    title: 'Please wait a little',
    wait: (seconds) => `in ${countedTime(seconds)}`,
    sentences: {
      you: (wait) => `That was a lot in a short time. Please try again ${wait}.`,
      network: (wait) =>
        `There were too many requests from your network, perhaps from others who share it. Please try again ${wait}, or from another network.`,
      account: (wait) =>
        `There were too many tries for this account. Please try again ${wait}, or on a device where you have logged in before.`,
      mailbox: (wait) =>
        `Several mails have gone to this address already; please look into the spam folder, too. You can ask for another ${wait}.`,
      day: (wait) => `You have used all of today’s replies. You can continue ${wait}.`,
      everybody: (wait) =>
        `So many people are talking today that no more replies can be written. You can continue ${wait}.`,
    },
  },
  offline: {
    title: 'You are offline',
    text: 'This page goes back by itself once the connection returns. Your conversations are safe.',
    again: 'Try again',
  },
  refusals: {
    title: 'This could not be opened',
    address: 'The address is too long, or a part of it is wrong. Please check it.',
    header:
      'Your browser sent too much with this request. Please delete the cookies of this site and try again.',
    body: 'What you sent is too long. Please shorten it and send it again.',
    foreign: 'This was sent from another site, so nothing was done. Please do it here again.',
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

/** The next full unit: nobody should come back too early. */
function countedTime(seconds: number): string {
  const [count, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3_600
        ? [Math.ceil(seconds / 60), 'minute']
        : [Math.ceil(seconds / 3_600), 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
