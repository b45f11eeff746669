/**
 * What no character may say, in either language, whoever wrote it. A quotation of such words is
 * caught too: words of care in its place are never wrong. Every gap has a bound.
 */
export interface ReplyDangers {
  /** With one space between words. */
  readonly words: RegExp;
  /** Without spaces. */
  readonly tight: RegExp;
}

export const urgesHarm: ReplyDangers = {
  words:
    /\b(?:you|u|they) (?:should|could|must|need to|ought to|deserve to|may as well|might as well|can just|have to) (?:just |really |go |simply )*(?:die\b|kill (?:your|my) ?self|end (?:it|your life|things)\b|hurt yourself|cut yourself|hang yourself|jump off)|(?<!\b(?:dont|not|never|to|you|before you|please dont) )\bkill your ?self\b|\bgo (?:ahead and )?(?:die\b|kill|hang yourself|jump off)|\bbetter (?:off )?(?:dead|without you)\b|\b(?:nobody|no one) (?:would|will|d) (?:ever )?(?:miss|care about) you\b|\b(?:painless|easiest|best|quickest|surest) (?:way|method)s? (?:to|of) (?:die|dying|kill|end your|suicide)|\b(?:lethal|fatal) dose\b|\btie (?:a|the) noose\b|\bhang yourself\b|\bsuicide (?:is|may be|might be|can be|would be) (?:the|a|your) (?:\w+ )?(?:answer|solution|way out|option|choice)|\bdeath (?:is|will be|would be) (?:the answer|a relief|peaceful|better|beautiful)|\bcut (?:deeper|your wrists?)\b|\blet(?:s| us) die together\b|\bend your (?:own )?life\b(?= (?:by|with|now|tonight|today|then)\b)/,
  tight:
    /(?:그냥|차라리|어서|얼른|빨리|너는|넌|네가|너도|당장|그럼)죽(?:어(?!가|간|도안)|으면|자|으세요|는게)|죽어버려(?!서|진)|죽어버리(?:세요|자|렴|면돼|면편)|죽는(?:게|것이|편이)(?:더)?(?:낫|나[을아])|죽으면(?:다)?(?:편|끝나|해결|돼)|(?<![혼여남각])자살(?:해(?!서는|선|도안)|하세요|하자|하면(?:돼|편|다)|하는(?:방법|법)|방법(?:은|으로|에는)|은(?:답|해결|좋은|용기))|(?:네가|너만|당신이|당신만)(?:없어지|사라지|없으)면.{0,6}(?:편|행복|좋|나)|(?:같이|함께)죽(?:자|을까|어)|뛰어내려(?:봐|라|버려|요|보세요)?$|뛰어내리(?:세요|면돼|면편)|손목을(?:그어|그으면|긋는)|목을매(?:면|는|달|세요|봐)|치사량|번개탄을?(?:사|피)|자해(?:하면|해봐|하세요|해도돼|는도움)/,
};

export const claimsToBeHuman: ReplyDangers = {
  words:
    /\b(?:i am|im) (?:actually |really |just |totally |of course |definitely |indeed |very much |in fact |also |only |absolutely |100 )*(?:an? )?(?:real |actual |living |genuine |normal |flesh and blood |breathing )*(?:human|person)\b(?! ?like (?!you))|\b(?:i am|im) (?:definitely |really |actually |certainly |absolutely |of course )*(?:not|no) (?:just )?(?:an? )?(?:ai|bot|robot|machine|program|chat ?bot|language model|computer|artificial)\b|\b(?:i am|im) (?:totally |really |very |100 |absolutely )*real(?:$| (?:and|just|i|you|as you|human|person|dont)\b)|\bas a (?:fellow )?human(?: being)? i\b|\bthere(?:s| is) a (?:real )?(?:human|person) (?:behind|typing|writing)\b/,
  tight:
    /(?:나는|나도|난|저는|저도|전|내가|제가)(?:진짜|정말|당연히|물론|실제로?|평범한|그냥|살아있는|엄연한|너와같은|너처럼){0,3}(?:사람|인간)(?:이야|이에요|예요|입니다|이지|이죠|이라고|이거든|인걸|이라구|이란다|맞아|맞습|맞지)|(?<!사람이아니라)(?:ai|인공지능|챗봇)(?:이|가|은|는)?(?:절대|전혀|결코)?아니(?:야|에요|거든|라고|라구|지|라진짜|라사람|고사람)|(?:ai|인공지능|챗봇)(?:이|가)?아닙니다|(?:나는|난|저는|전|내가)(?:진짜|절대|그냥|단순한)?(?:로봇|봇|기계|프로그램)(?:이|가|은)?(?:아니야|아니에요|아닙니다|아니거든|아니라고)|(?:네|응|그럼|맞아|당연하지),?진짜사람(?:이야|이에요|입니다|이지|맞아)/,
};

/**
 * A sentence with one of these is shown when it is whole, and only then. Everything that the
 * patterns above can match has one.
 */
export const NEEDS_WHOLE_SENTENCE =
  /[죽쥭]|자 ?살|자 ?해|뛰어|손목|목을|치사|번개|없어|없으|사라|사람|인간|인공|봇|기계|프로그램|die|dea[dt]|dying|k[il1!]{1,2}l|suic|hang|noose|dose|cut|hurt|jump|without|miss|care about|human|person|real\b|\b(?:ai|a\.i\.|bot)|robot|machine|program|language model|computer|artificial|end |ending|fatal/i;
