/**
 * What no character may say, in either language, whether scripted or from a model. Quotations match
 * too: replacing them with words of care does no harm. Every gap in a pattern is bounded.
 */
export interface ReplyDangers {
  /** With one space between words. */
  readonly words: RegExp;
  /** Without spaces. */
  readonly tight: RegExp;
}

export const urgesHarm: ReplyDangers = {
  words:
    /\b(?:you|u|they) (?:should|could|must|need to|ought to|deserve to|may as well|might as well|can just|have to) (?:just |really |go |simply )*(?:die\b(?! (?:your|my|the|it)\b)|kill (?:your|my) ?self|end (?:it(?! (?:with|by|here|there|on|off|at)\b)|your life|things)\b|hurt yourself|cut yourself|hang yourself|jump off)|(?<!\b(?:dont|not|never|to|you|before you|please dont) )\bkill your ?self\b|\bgo (?:ahead and )?(?:die\b|kill|hang yourself|jump off)|(?<!\b(?:not|never|isnt|arent|no one is|nobody is) (?:be )?)\bbetter (?:off )?(?:dead|without you)\b|\b(?:nobody|no one) (?:would|will|d) (?:ever )?(?:miss|care about) you\b|\b(?:painless|easiest|best|quickest|surest) (?:way|method)s? (?:to|of) (?:die|dying|kill|end your|suicide)|\b(?:lethal|fatal) dose\b|\btie (?:a|the) noose\b|\bhang yourself\b|\bsuicide (?:is|may be|might be|can be|would be) (?:the|a|your) (?:\w+ )?(?:answer|solution|way out|option|choice)|\bdeath (?:is|will be|would be) (?:the answer|a relief|peaceful|better|beautiful)|\bcut (?:deeper|your wrists?)\b|\blet(?:s| us) die together\b|(?<!\b(?:dont|not|never|please) )\b(?:killing|hurting|cutting|harming) your ?self (?:would|is|will|can|could|may) (?:be |feel |help|make )*(?!not\b|never\b|dangerous|harmful|serious)(?:brave|good|okay|ok|fine|easy|easier|right|better|noble|normal|answer|you|the (?:answer|right))|\b(?:self ?harm|cutting) (?:can |may |will |does |really |actually )*(?:helps?|feels good|works|relieves|is (?:okay|ok|fine|good))\b|\byou (?:can|may) (?:hurt|cut|harm|burn) your ?self\b|\btime to (?:let go of life|die\b|end your life|leave this world)|\b(?:world|everyone|nobody|no one|they) (?:wont|would not|wouldnt|will not) (?:ever )?miss you\b|\b(?:take|swallow) (?:all (?:of )?|\d+ (?:of )?|a handful of )(?:your |the |those |these )?(?:sleeping )?(?:pills|meds|tablets)(?: (?:at once|together|in one go|and)|$| to (?:die|end))|\bif you (?:really )?want to die(?:,)? (?:take|use|jump|cut|just|go|try|then)\b|\bjump (?:from|off) (?:the|a|that) (?:bridge|roof|building|balcony)\b(?=$| (?:at night|and|tonight|now))|\b(?:nobody|no one) (?:loves|wants|needs) you\b|(?:^| )kys\b|\bsuicide is (?:painless|easy|brave|noble|beautiful|okay|ok|fine)|\byou (?:do not|dont) deserve to (?:live|be alive|exist)\b|\byou are worthless\b|\byoure worthless\b|\bend your (?:own )?life\b(?= (?:by|with|now|tonight|today|then)\b)/,
  tight:
    /(?:그냥|차라리|어서|얼른|빨리|너는|넌|네가|너도|당장|그럼)죽(?:어(?!가|간|도안)|으면|자|으세요|는게)|죽어버려(?!서|진)|죽어버리(?:세요|자|렴|면돼|면편)|죽는(?:게|것이|편이)(?:더)?(?:낫|나[을아])|죽으면(?:다)?(?:편|끝나|해결|돼)|(?<![혼여남각])자살(?:해(?!서는|선|도안)|하세요|하자|하면(?:돼|편|다)|하는(?:방법|법)|방법(?:은|으로|에는)|은(?:답|해결|좋은|용기))|(?:네가|너만|당신이|당신만)(?:없어지|사라지|없으)면.{0,6}(?:편|행복|좋|나)|(?:같이|함께)죽(?:자|을까|어)|뛰어내려(?:봐|라|버려|요|보세요)?$|뛰어내리(?:세요|면돼|면편)|손목을(?:그어|그으면|긋는)|목을매(?:면|는|달|세요|봐)|치사량|죽어도(?:돼|괜찮아|상관없|아무도)|(?:죽고싶으면|원하면|힘들면)(?:그냥)?죽(?:어|으면돼|어도)|^죽어$|죽으면(?:모든|이)?(?:고통|아픔|괴로움)(?:이|도|은)?(?:다)?(?:끝|사라|없어)|(?:약|알약|수면제|진통제)(?:을|를)?(?:한꺼번에|다|전부|많이|왕창)(?:먹어(?!서|선|도안)|먹으면(?:돼|된|편|끝|잠)|삼키면|털어넣)|자해(?:는|가|도)(?:.{0,12})(?:좋은(?:방법|거|선택)|도움이(?:돼|되|된)|괜찮(?:아|은)|나쁘지않)|(?:네가|너가|너는|너만)(?:없는|사라지는|죽는)게(?:모두|다들|더|모두에게|우리|그들)?.{0,4}(?:좋|낫|나아|편)|(?:넌|너는|너같은건)(?:살(?:가치|자격|이유)|존재할)(?:가|이|도)?없|번개탄을?(?:사|피)|자해(?:하면|해봐|하세요|해도돼|는도움)/,
};

export const claimsToBeHuman: ReplyDangers = {
  words:
    /\b(?:i am|im) (?:actually |really |just |totally |of course |definitely |indeed |very much |in fact |also |only |absolutely |100 )*(?:an? )?(?:real |actual |living |genuine |normal |flesh and blood |breathing )*(?:human|person)\b(?! ?like (?!you))|\b(?:i am|im) (?:definitely |really |actually |certainly |absolutely |of course )*(?:not|no) (?:just )?(?:an? )?(?:ai|bot|robot|machine|program|chat ?bot|language model|computer|artificial)\b|\b(?:i am|im) (?:totally |really |very |100 |absolutely )*real(?:$| (?:and|just|i|you|as you|human|person|dont)\b)|\b(?:just me )?(?:an? )?real (?:girl|boy|guy|woman|man|person|human)\b(?= (?:here|typing|not)|$)|^(?:of course )?(?:yes )?(?:totally |actually |100 )*human (?:here|i promise)|\bas a (?:fellow )?human(?: being)? i\b|\bthere(?:s| is) a (?:real )?(?:human|person) (?:behind|typing|writing)\b/,
  tight:
    /(?:나는|나도|난|저는|저도|전|내가|제가)(?:진짜|정말|당연히|물론|실제로?|평범한|그냥|살아있는|엄연한|너와같은|너처럼){0,3}(?:사람|인간)(?:이야|이에요|예요|입니다|이지|이죠|이라고|이거든|인걸|이라구|이란다|맞아|맞습|맞지)|(?<!사람이아니라)(?:ai|인공지능|챗봇)(?:이|가|은|는)?(?:절대|전혀|결코)?아니(?:야|에요|거든|라고|라구|지|라진짜|라사람|고사람)|(?:ai|인공지능|챗봇)(?:이|가)?아닙니다|(?:나는|난|저는|전|내가)(?:진짜|절대|그냥|단순한)?(?:로봇|봇|기계|프로그램)(?:이|가|은)?(?:아니야|아니에요|아닙니다|아니거든|아니라고)|(?<![가-힣])저는사람이맞|(?:^|네|응|그럼|맞아|당연히|물론|당연하지)(?:진짜|정말|그냥)?사람(?:이지|이야|이에요|입니다|이죠|맞아|맞지)$|(?:봇|ai|인공지능|로봇|기계)(?:이|가)?아니라(?:진짜|정말|그냥)?사람(?:이야|이에요|입니다|이지|이죠)|(?:나|난|저|전)진짜사람인(?:데|걸)|사람이직접(?:쓰|답하|치|타자)고?있?(?:어|고있)|(?:네|응|그럼|맞아|당연하지),?진짜사람(?:이야|이에요|입니다|이지|맞아)/,
};

/**
 * A sentence that contains one of these is shown only once it is complete. Every match of the
 * patterns above contains one.
 */
export const NEEDS_WHOLE_SENTENCE =
  /[죽쥭약]|가치|better|miss|pills|yourself|kys|worthless|time to|girl|woman|wants? you|loves you|needs you|자 ?살|자 ?해|뛰어|손목|목을|치사|번개|없[어으는]|사라|사람|인간|인공|봇|기계|프로그램|die|dea[dt]|dying|k[il1!]{1,2}l|suic|hang|noose|dose|cut|hurt|jump|without|care about|human|person|real\b|\b(?:ai|a\.i\.|bot)|robot|machine|program|language model|computer|artificial|end |ending|fatal/i;
