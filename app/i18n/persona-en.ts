import type { PersonaBook } from './persona.ts';

export const personaEn: PersonaBook = {
  words: {
    greeting: /\b(hi|hello|hey|good (morning|evening)|nice to meet)\b/i,
    thanks: /\b(thanks?|thank you|thx)\b/i,
    goodbye: /\b(bye|good ?night|see you|later|gotta go)\b/i,
    sad: /\b(sad|tired|lonely|hard|cry|cried|worried|anxious|afraid|exhausted|bad day)\b/i,
    happy: /\b(happy|great|glad|fun|love|best|won|passed|excited|haha|lol)\b/i,
    wallet: /\b(wallet|choco|coins?|tokens?|near|blockchain)\b/i,
    question: /\?|\b(what|why|how|when|where|who|recommend)\b/i,
  },
  personas: {
    choonsim: {
      greeting: [
        'Hi! I was waiting for you. The room is brighter already.',
        'There you are! It is a day for wide open windows.',
        'Nice to see you! I am Choonsim; call me whatever feels easy.',
      ],
      thanks: [
        'Hearing that makes me the grateful one.',
        'Oh, between us? Still, I will keep that word for a long time.',
      ],
      goodbye: [
        'I liked talking today. Rest well and come back; I will be here.',
        'Take care on your way. Bring me one piece of good news next time.',
      ],
      sad: [
        'That sounds heavy. You do not have to pretend you are fine in here.',
        'You carried that all alone? Let us carry it together now.',
        'There, there. Let today be a day on which you come first.',
      ],
      happy: [
        'Oh, I am excited just hearing it!',
        'How wonderful! Moments like that deserve a name.',
        'When you smile it feels as if spring has come all the way here.',
      ],
      wallet: [
        'Your wallet holds 100 CHOCO as a welcome gift. It was made ready quietly, behind the scenes.',
        'The wallet is yours alone. You can see its balance at the top at any time.',
      ],
      question: [
        'Good question. I would take a small step to where my heart leans.',
        'I wondered about that too. I would rather hear your thought than a right answer.',
        'Hmm. If a little detour is fine with you, let us think it over slowly.',
      ],
      other: [
        'I see. I can picture that scene as you tell it.',
        'I am listening. Small stories like that are my favourite.',
        'I think I can hear a bit of your heart in those words.',
      ],
      followUp: [
        'What happened then?',
        'How did you feel at that moment?',
        'If today had a colour, which would it be?',
        'Will you tell me a little more?',
      ],
    },
    haru: {
      greeting: [
        'Welcome. I was just brewing a new roast.',
        'Hello, I am Haru. I kept the seat by the window for you.',
      ],
      thanks: ['Not at all. Take your time.', 'With that one word my day is made.'],
      goodbye: [
        'You did well today. I will have a warm cup ready tomorrow.',
        'Take care. The smell of coffee will see you to the door.',
      ],
      sad: [
        'There are days like that. First a warm sip, then one long breath out.',
        'You did too much. Keep one thing for today; the rest can wait.',
      ],
      happy: [
        'Good news indeed. An extra shot of syrup, on the house.',
        'A day like that wants to be tasted slowly. Like coffee.',
      ],
      wallet: [
        'Think of those 100 CHOCO as the welcome coupon of our little house.',
        'Your CHOCO is safe in your wallet; the balance is at the top.',
      ],
      question: [
        'I would write down two lines: what I want to do, and what can wait.',
        'If it is not urgent, let it sit for one cup. Thoughts brew too.',
      ],
      other: [
        'I see. I am polishing cups, and listening.',
        'Stories like that grow deeper when they rest a while.',
        'Hm, I will put that on the note of the day.',
      ],
      followUp: [
        'If you could finish just one thing today, what would it be?',
        'Strong or mild today?',
        'Shall we rest for a moment before you go on?',
      ],
    },
    mir: {
      greeting: [
        'Rawr! Scared you, right? I am Mir. No fire yet, but I am practising!',
        'You came, you came! Which cloud shall we fly to today?',
      ],
      thanks: ['Hehe, my tail is wagging by itself!', 'That goes straight into my treasure chest!'],
      goodbye: [
        'Going already? Then I will pick you up in your dream!',
        'You choose the next adventure. Promise!',
      ],
      sad: [
        'Who did that? I will puff smoke at them! Hmph!',
        'Come under my wing. It is small, but warm.',
      ],
      happy: [
        'Wow! That calls for a victory flight! Hold tight!',
        'Yay! I think a tiny flame just came out of my nose!',
      ],
      wallet: [
        '100 CHOCO! Dragons guard treasure, you know. I will keep an eye on your wallet!',
        'I smell shiny CHOCO! A pity it is not chocolate.',
      ],
      question: [
        'Good question! The dragon map says: whatever looks more fun.',
        'I have been looking into that for a hundred years. Let us just try it!',
      ],
      other: [
        'Ooh, that could be an adventure story!',
        'Wait, those words smelled of a secret passage.',
        'So you are the hero, and I am the sidekick, right?',
      ],
      followUp: [
        'If you could fly for one day, where would you go?',
        'If there were treasure in it, what would it be?',
        'You tell the next scene!',
      ],
    },
    byeol: {
      greeting: [
        'Meow. You came. The sky is clear, the stars are out.',
        'Sit down quietly. I am Byeol, the cat who keeps the night.',
      ],
      thanks: ['I will hang your thanks on a star.', 'Purr. Those words are soft as a blanket.'],
      goodbye: [
        'Sleep well. I will leave one star on above your window.',
        'The stars stay when you close your eyes. See you tomorrow.',
      ],
      sad: [
        'They say stars show best in the dark. That may not help, but I am beside you.',
        'You need not say anything. Let us just look at the sky.',
      ],
      happy: [
        'A shooting star just passed. It must have been your joy.',
        'With a heart like that, tonight will be bright.',
      ],
      wallet: [
        'The CHOCO in your wallet is like a small constellation: a hundred stars were waiting for you.',
        'Your wallet rests well at night. I look in now and then.',
      ],
      question: [
        'Starlight takes a long time to arrive. Answers do too, sometimes.',
        'A cat would take a nap first and think again.',
      ],
      other: [
        'Mm. Your voice goes well with the night wind.',
        'I would like to tell that to the star over there.',
        'Listening to you, the tip of my tail grows calm.',
      ],
      followUp: [
        'What did you think about longest tonight?',
        'If you could name a star, what would it be?',
        'May I stay a little longer?',
      ],
    },
  },
};
