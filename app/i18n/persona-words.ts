import type { Language } from './language.ts';

/** What a message is about, as far as a few words tell; the first that fits counts. */
export const INTENTS = [
  'sad',
  'goodbye',
  'thanks',
  'wallet',
  'name',
  'howAreYou',
  'greeting',
  'happy',
  'question',
] as const;

export type Intent = (typeof INTENTS)[number];

/** Korean has no `\b`: what may stand before or after a word is said with each. */
export const personaWords: Readonly<Record<Language, Readonly<Record<Intent, RegExp>>>> = {
  ko: {
    sad: /슬프|슬퍼|슬픔|슬펐|힘들|힘든|힘듦|우울|외로(?=[워운웠움울])|지쳤|지친|지쳐|눈물|울었|속상|걱정(?! ?(?:마|말|없|안))|불안|무서|무섭|피곤|최악|불합격|안 ?좋(?=[아았은])|좋지 ?(?:않|못)|재미 ?없/,
    goodbye:
      /(?<![가-힣])잘 ?(?:자|가)(?:요|렴)?(?![가-힣])|(?<![가-힣])(?:이만|이제|먼저|그만) ?(?:갈게|갈래|가 ?볼게|가야|자러|잘게|잘래|쉴게|들어갈|끊을|줄일)|자러 ?(?:갈|가야|간다)|(?:다음에|나중에|내일) ?(?:또 ?)?(?:봐|보자|봬|만나|올게|이야기하자|얘기하자)|안녕히 ?(?:계|가|주무)|(?<![가-힣])(?:바이|바이바이|굿나잇|굿밤)(?![가-힣])/,
    thanks: /고마[워웠운움]|고맙|감사(?:합|해|했|드|히|요)|(?<![가-힣])감사(?=[\s.!~]*$)|땡큐/,
    wallet:
      /지갑|(?<![a-z])choco(?![a-z])|초코(?:는|가|를|은|이)? ?(?:코인|토큰|잔액|얼마|몇|뭐|무엇|어디)|코인(?! ?(?:노래|세탁|빨래))|토큰|(?<![a-z])near(?![a-z])|블록체인/i,
    name: /(?<![가-힣])(?:내|제|나의|저의) ?이름(?:이|은|을|도)? ?(?:뭐|무엇|뭔|알|기억|불러|말해|몰)|(?<![가-힣])(?:나|내가|제가) ?(?:누구|누군지)(?:야|예요|게|알|인지|지| ?알|\?|$)|(?:나를|날|저를) ?(?:뭐라고|어떻게) ?(?:불러|부를|부르)/,
    howAreYou:
      /(?<![가-힣])(?:오늘|요즘|그동안|기분|하루)(?:은|는|이|도)? ?(?:하루(?:는|가)? ?|기분(?:은|이)? ?)?(?:어땠|어때|어떠[신세셨]|어떻게 ?(?:지내|지냈|보냈))|(?<![가-힣])잘 ?(?:지냈|지내[니나고요]|있었[어니지나])|(?<![가-힣])뭐 ?(?:해|하니|하고 ?있[어었니]*|했[어니])(?:요|어)?(?=[\s?？.!~]*$)/,
    greeting:
      /(?<![가-힣])안녕(?!히)|(?<![가-힣])(?:하이|헬로)(?![가-힣])|ㅎㅇ|반가[워웠운]|반갑|처음 ?(?:뵙|뵈|봬)|좋은 ?(?:아침|저녁)(?=이[에야]|입|[\s.!~]*$)/,
    happy: /좋았|좋아|기뻐|기쁘|기뻤|기쁨|행복|신나|신났|재밌|재미있|최고|성공|합격|사랑|ㅋㅋ|ㅎㅎ/,
    question: /[?？]|뭐(?!랄)|무엇|어때|어떻게|왜|언제|어디|누구|추천/,
  },
  en: {
    sad: /\b(?:sad|tired|lonely|cry(?:ing)?|cried|worried|anxious|afraid|exhausted|depressed|stressed|miserable|passed away|bad day|rough day|not (?:so |very |that )?(?:great|good|well|happy|okay)|(?:was|is|so|too|really|very|pretty|a) hard(?= (?:day|time|week|for me)|[\s.!]*$))\b/i,
    goodbye:
      /\b(?:bye|goodbye|good ?night|see (?:you|ya)(?= |[\s.!]*$)(?! (?:are|were|have|in the (?:mirror|picture)))|(?:talk|speak|catch you) (?:to you )?(?:later|soon|tomorrow)|(?:got to|gotta|have to|must) (?:go|run|sleep|leave)(?=[\s.!]*$| now\b| to bed\b))(?![\w-])/i,
    thanks: /\b(?:thanks|thank you|thx)\b/i,
    wallet:
      /\b(?:[Ww]allets?|WALLET|CHOCO|[Cc]hoco|NEAR|[Nn]ear (?:protocol|blockchain|account|tokens?)|[Bb]lockchain|[Cc]rypto|(?:my|your|the|these|those|many|free|get|send|buy|sell) (?:coins|tokens?))\b/,
    name: /\b(?:what(?:['’]?s| is| was)|know|remember|say|tell me|forget|forgot|guess) my name\b|\bwho am i\b|\b(?:what|how) (?:do|will|should|would) you call me\b/i,
    howAreYou:
      /\bhow (?:are|r) (?:you|u)\b(?! (?:going|supposed|so|able))|\bhow(?:['’]?s| is| was| has) (?:your (?:day|night|week|morning|weekend)|it going|life)\b|\bhow have you been\b|\bwhat(?:['’]?s| is) up\b/i,
    greeting:
      /^\W*(?:hi|hello|hey|howdy|good (?:morning|afternoon|evening))\b|\bnice to (?:meet|see) you\b/i,
    happy:
      /\b(?:happy|great|glad|fun|love|best|won(?!['’]t)|passed|excited|awesome|wonderful|haha+|lol)\b/i,
    question:
      /\?|^\W*(?:what|why|how|when|where|who|which|can|could|do|does|is|are|should)\b|\brecommend\b/i,
  },
};
