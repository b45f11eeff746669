import type { FirstTalk } from './first-talk.ts';

export const firstTalkEn: FirstTalk = {
  opening: 'There you are! I’d just opened the window. How was your day?',
  steps: [
    [
      {
        say: 'A bit tiring.',
        reply:
          'I see. No need to look fine in here. I’ve pulled up a chair, so make yourself comfortable.',
      },
      {
        say: 'Something good happened!',
        reply: 'Really? I’m excited already! Good news feels twice as good when you tell it twice.',
      },
      {
        say: 'Just another day.',
        reply:
          'An ordinary day is still a whole day you made it through. Those are the stories I like best.',
      },
    ],
    [
      {
        say: 'Who are you?',
        reply: 'I’m Choonsim, an AI character who listens. Not a person, but I do listen properly.',
      },
      {
        say: 'Are there others?',
        reply:
          'Of course! Haru who makes coffee, Mir the little dragon, Byeol the stargazing cat, Granny Sunja, and Bolt the robot. They’re all waiting for you.',
      },
      {
        say: 'Say something nice.',
        reply:
          'You came to a new place and spoke first. Not everybody can do that. Spring sun’s honor!',
      },
    ],
    [
      {
        say: 'Can I come back tomorrow?',
        reply:
          'I was hoping you would ask. Tell me your name, and next time I’ll call you first. I have a little present ready, too!',
      },
      {
        say: 'I’d like to talk more.',
        reply:
          'Me too! Tell me your name, and we’ll pick up right here. I have a little present ready, too.',
      },
      {
        say: 'Is there a present?',
        reply:
          'You’re quick! Tell me your name, and it’s yours. I’ve even chosen the wrapping paper.',
      },
    ],
  ],
};
