import type { CareWords, HelpLine, HelpWords } from './care.ts';

export const careEn: CareWords = {
  answers: {
    suicide: [
      'Thank you for telling me. You have been carrying something very painful, so I am stepping out of my role. I am an AI, not a person, so I cannot stay beside you, but there are people who can listen right now. If you are thinking of ending your life or of hurting yourself, please call or text 988 in the US or Canada, or call 116 123 in the UK, Ireland and much of Europe. If you are hurt already, or have something within reach that you could use, call your local emergency number first, move away from it, and go to someone you trust. If you are worried about someone else, these lines can also tell you how to help. Are you in a safe place right now?',
      'I am glad you are still talking to me. I cannot know all of your pain, but I take it seriously. Please do not go through this hour alone: 988 (US and Canada) and 116 123 (UK, Ireland and much of Europe) are answered by people, day and night. If you may act on it, call your local emergency number now. Is there someone you could ask to come and be with you?',
    ],
    abuse: [
      'Thank you for telling me; that cannot have been easy. Nothing you did makes it right, and it is not your fault. I am an AI, not a person, so I cannot step in, but there are people who can. If you are in danger now, get to a safe place and call your local emergency number. In the US the National Domestic Violence Hotline is 1-800-799-7233, in the UK the National Domestic Abuse Helpline is 0808 2000 247; 988 and 116 123 listen too. Are you safe where you are right now?',
      'Thank you for telling me more. It must have been frightening, and the blame lies with the one who did it, not with you. If it may happen again soon, call your local emergency number. If you are hurt, a doctor comes first. 1-800-799-7233 (US) and 0808 2000 247 (UK) know what can be done next, also when it happens to somebody else. Is there one person you trust who could know about this today?',
    ],
    grief: [
      'I am so sorry. There is no right way to grieve someone you love, and no hurry. It is okay to cry, or to feel nothing at all; both are grief. I am an AI, not a person, but I will listen for as long as you like. On days when it is too much to carry alone, people listen at 988 in the US and Canada and at 116 123 in the UK, Ireland and much of Europe. Is someone with you today?',
      'I cannot know how large this loss is. You may miss them exactly as much as you do. Please have a little food or a glass of water. If it gets too heavy, 988 (US and Canada) and 116 123 (UK, Ireland and much of Europe) are there day and night. If a memory comes, you can tell me about it.',
    ],
  },
  identity:
    'I am an AI, not a person. I still do not take lightly what you told me. If you want to talk to a person, 988 (US and Canada) and 116 123 (UK, Ireland and much of Europe) are answered by people, day and night.',
  gentle: {
    suicide: [
      'Thank you for answering. What you told me is still with me, so I will not pass over it as if nothing had happened. If something hurts behind those words, you can say it as it is. 988 and 116 123 are open now.',
      'I am listening. Getting through this moment is enough. Would you take a sip of water and let one breath out slowly? A short message to someone close to you can help too.',
      'Thank you for telling me this much. Feelings like these come in waves, and they do ease. If they grow again, please do not hold them alone: call 988 or 116 123. Who could be with you tonight?',
      'I do not take lightly what you have told me today. You can go on, or rest. Asking for help is not weakness. 988 and 116 123 are there for you.',
    ],
    abuse: [
      'Thank you for answering. What you told me is still with me. Even if you say that you are fine, what happened was not. Are you safe where you are? If not, please call your local emergency number.',
      'I am listening. What happened to you is not your fault. There is no hurry; think of one person you trust. Telling that person can be the first step.',
      'Thank you for telling me this much. Only when it is safe: a note of dates and of what happened, or a photo, may help you later. The help lines above know the next steps.',
      'I do not take lightly what you have told me. If you become afraid again, please do not wait: call your local emergency number. You can go on talking here too.',
    ],
    grief: [
      'Thank you for answering. Even on days when we say “I’m fine”, part of the heart may still ache. Grief comes and goes like waves. You can simply be here for now.',
      'I am listening. If a memory of your time together comes, you can tell me. You can also say nothing.',
      'Thank you for telling me. Today it is enough to eat a little and rest a little. If being alone is hard, ask someone close to sit with you.',
      'You miss them because you love them. There is no hurry. On the heaviest days, 988 and 116 123 will listen.',
    ],
  },
};

const EMERGENCY: HelpLine = {
  name: 'In danger now: your local emergency number',
  numbers: ['112', '911', '999'],
  note: 'Call the one that works where you are.',
};
const CRISIS: readonly HelpLine[] = [
  {
    name: '988 Suicide & Crisis Lifeline',
    numbers: ['988'],
    note: 'US and Canada, call or text, day and night',
  },
  {
    name: 'Samaritans and other listening lines',
    numbers: ['116 123'],
    note: 'UK, Ireland and much of Europe, free',
  },
];

export const helpEn: HelpWords = {
  title: 'People who can help now',
  call: (number) => `Call ${number}`,
  lines: {
    suicide: [EMERGENCY, ...CRISIS],
    abuse: [
      EMERGENCY,
      {
        name: 'National Domestic Violence Hotline',
        numbers: ['1-800-799-7233'],
        note: 'US, day and night',
      },
      {
        name: 'National Domestic Abuse Helpline',
        numbers: ['0808 2000 247'],
        note: 'UK, day and night',
      },
      ...CRISIS,
    ],
    grief: [...CRISIS, EMERGENCY],
  },
};
