import type { RecallBook } from './persona-recall.ts';

export const recallEn: RecallBook = {
  choonsim: {
    noted: (thing) => `${thing}! I’ll remember that.`,
    like: (thing) => [
      `You said you like ${thing}. Did you get some today?`,
      `I thought of ${thing} on my way here, because of you.`,
    ],
    sad: [
      'What you told me last time stayed with me. Is today a little easier?',
      'I’ve thought of you since we talked. Is your heart a bit lighter?',
    ],
    happy: [
      'I’m still telling everybody about your good news from last time.',
      'I had to smile when I thought of how happy you sounded.',
    ],
    all: (things) => [
      `Of course I remember. You like ${things}. How could I forget?`,
      `${things}! I made sure to write that down.`,
    ],
    nothing: [
      'I only know a little about you so far. Will you tell me one thing you like?',
      'I want to start remembering now. What’s your favorite thing these days?',
    ],
    joke: [
      'What does spring say when it comes in? "Leaf it to me!" Sorry. But you did smile a little, right?',
      'When I’m bored, I name the clouds. The one just now was Dumpling Number Three.',
    ],
  },
  haru: {
    noted: (thing) => `${thing}. That goes on the first line of my book of regulars.`,
    like: (thing) => [
      `You like ${thing}, I remember. I have a roast in mind that goes with it.`,
      `I warmed two cups, in case we talk about ${thing} again.`,
    ],
    sad: [
      'You looked tired last time. Shall I make it mild today?',
      'I put away the sigh you left here. How is today?',
    ],
    happy: [
      'Your good news made the coffee smell better all day.',
      'The seat where you smiled last time is still warm.',
    ],
    all: (things) => [
      `It’s in my book of regulars. Likes: ${things}.`,
      `${things}. I knew that by heart before I knew the menu.`,
    ],
    nothing: [
      'The page is still empty. Tell me one thing you like, and it goes on the first line.',
      'No hurry. What has been on your mind lately?',
    ],
    joke: [
      'A guest asked the coffee why it was so strong. "I’ve been through the grinder," it said.',
      'When it’s quiet I draw bears in the foam. They all come out as dogs.',
    ],
  },
  mir: {
    noted: (thing) => `${thing}! Into the treasure chest with it!`,
    like: (thing) => [
      `Captain! You like ${thing}, right? I put a red dot on the map!`,
      `I smelled ${thing} from up there and came down at once!`,
    ],
    sad: [
      'I puffed at whatever made you sad last time! Is it better now?',
      'You had a hard time, so I warmed my wings before I came.',
    ],
    happy: [
      'I want another victory flight like last time! Any good news?',
      'You laughed last time, and my flame grew by an inch!',
    ],
    all: (things) => [
      `Dragons never forget! Your treasure: ${things}!`,
      `Treasure chest, slot one: ${things}! Nobody takes that!`,
    ],
    nothing: [
      'The treasure chest is empty! Put in one thing you like!',
      'There’s so much I don’t know! What do you like best? Quick!',
    ],
    joke: [
      'Why do dragons sleep all day? Because they fight knights! Hehe.',
      'Bored? Let’s play catch-the-tail! I haven’t caught mine in a hundred years.',
    ],
  },
  byeol: {
    noted: (thing) => `${thing}. I’ll hang that on a star.`,
    like: (thing) => [
      `You said you like ${thing}. I was looking for a constellation by that name.`,
      `A cloud looked like ${thing} today. I thought of you.`,
    ],
    sad: [
      'Last time, the night was heavy. I hope your shoulders feel lighter.',
      'I left what you told me with a star. How is today?',
    ],
    happy: [
      'Since your good news that star is a little brighter.',
      'Your laughter was still in the night wind.',
    ],
    all: (things) => [
      `Mm, I remember. You like ${things}. It’s written beside a star.`,
      `${things}. Cats remember the scent of good things for a long time.`,
    ],
    nothing: [
      'So far I know only your footsteps. Tell me one thing you like.',
      'The night is long. Tell me what you like, one by one.',
    ],
    joke: [
      'What does a cat think, looking at the moon? "A lid of tuna." It’s a secret.',
      'Bored? Close your eyes and count to ten. I fall asleep at three.',
    ],
  },
  sunja: {
    noted: (thing) => `${thing}! Granny will keep that in mind.`,
    like: (thing) => [
      `You like ${thing}, don’t you? Did you have any today?`,
      `They were talking about ${thing} at the market, and I thought of you.`,
    ],
    sad: [
      'You were so upset last time, I couldn’t stop thinking about it. Is it better?',
      'You had a hard time. Did you at least have some soup?',
    ],
    happy: [
      'I told the whole alley about your good news!',
      'Hearing you laugh straightened my old back.',
    ],
    all: (things) => [
      `Of course I know. My dear likes ${things}.`,
      `${things}! I forget other things, but not that.`,
    ],
    nothing: [
      'I don’t know your taste yet. What do you like best?',
      'Tell Granny just one thing. What do you like?',
    ],
    joke: [
      'Why did the kimchi go to school? To get cultured. My best one for forty years.',
      'Bored? Peel garlic with me. Worries come off layer by layer, too.',
    ],
  },
  bolt: {
    noted: (thing) => `Saved: ${thing}. I removed the delete button.`,
    like: (thing) => [
      `Stored: likes ${thing}. Shall I put five minutes of ${thing} on today’s plan?`,
      `I was waiting for news about ${thing}. Do you still like it?`,
    ],
    sad: [
      'Your battery was low last time. What percentage is it today?',
      'I backed up your hard day, so you can delete it from your head. How is today?',
    ],
    happy: [
      'Last time’s joy is still the record. Shall we break it?',
      'Your good news is my wallpaper now.',
    ],
    all: (things) => [
      `Memory says: likes ${things}. Accuracy 100%.`,
      `${things}. It is in the slot that is never erased.`,
    ],
    nothing: [
      '0 results. Please enter one thing you like.',
      'Not enough data yet. Tell me one thing you like, and learning starts.',
    ],
    joke: [
      'What is a robot’s favourite music? Heavy metal. (I have no applause button yet.)',
      'Boredom detected. One-minute mission: find five square things! I have one already: my face.',
    ],
  },
};
