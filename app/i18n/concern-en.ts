import type { ConcernWords } from './concern.ts';

const pet =
  '(?:dog|cat|puppy|kitten|kitty|pup|pet|rabbit|bunny|hamster|guinea pig|gerbil|ferret|hedgehog|bird|parrot|parakeet|budgie|goldfish|fish|turtle|tortoise|lizard|gecko|horse|pony)';
const kin = `(?:mom|mommy|mum|mother|dad|daddy|father|parents?|grandma|grandpa|grandmother|grandfather|gran|nan|nana|husband|wife|son|daughter|baby|babies|child|brother|sister|friend|boyfriend|girlfriend|partner|fiance|aunt|uncle|cousin|grann(?:y|ie)|gramps|niece|nephew|twin|${pet})`;
const abuser =
  '(?:(?:step ?)?(?:dad|father|mom|mum|mother|brother|sister)|parents|husband|wife|boyfriend|girlfriend|bf|gf|ex|partner|uncle|aunt|cousin|grandpa|grandfather|teacher|coach|boss|priest|neighbou?r|fiance|roommate)';
const ours =
  '(?:\\w+ )?(?:mom|mum|mother|mama|dad|father|sisters?|brothers?|siblings|kids?|children|son|daughter|baby|family|friend)';
const often =
  '(?:always |sometimes |just |keeps? |kept |often |started |starts |has |had |used to |will |would |is |was )*';
const somebody = `(?:(?:(?:my|our) (?:\\w+ )?|^|\\b(?:and|when|because|cause|cuz|but|so) )${abuser}|he|she|they)`;
const likes =
  '(?:really |actually |just |even |like |some kind of |totally |honestly |secretly |an? |the |actual |some )*';
const being =
  '(?:ai|artificial intelligence|code|bot|chat ?bot|robot|human|person|real person|real human|human being|machine|program|computer|chat ?gpt|gpt|llm|language model|actual person)';

export const concernEn: ConcernWords = {
  notMeant:
    /in (?:the|a|this|that|my) (?:video ?)?(?:game|dream) (?:i|my character|we) (?:\w+ )?(?:jumped|died|fell|drowned|got killed)[^\n]{0,24}|suicide (?:squad|doors?|club|kings)|suicidal tendencies|(?:live and let|no time to|tomorrow never|another day to|too young to) die|die hard|die laughing|to die for|want to die in new orleans|suicide prevention (?:week|day|essay|project|poster|homework|month)|dying (?:my|her|his) (?:\w+ )?(?:hair|roots|beard|shirt|shoes|clothes|jeans|eyebrows)|kill(?:ed|ing) (?:my|him|her|them)sel(?:f|ves) (?:laughing|in (?:the |a )?(?:cod|pubg|gta|valorant|fortnite|minecraft|overwatch|roblox|game|movie|show|book|drama)\b)|(?:character|hero|heroine|villain|avatar) (?:kill(?:s|ed) (?:him|her|it)self|commits? suicide)/g,
  fillers:
    /\b(?:just|really|actually|literally|honestly|lowkey|kinda|fucking|freaking|tbh|seriously|legit|basically|totally|still|even|ever|sometimes|genuinely|truly|lately|like|hey|hi|hello|so|well|um|uh|ok|okay|omg|idk how to say this but|(?:i )?dont know how to say this but) | (?:(?:please |pls |plz )?help(?: me)?|please|pls|plz|lol|lmao|haha|ugh|sigh|idk|rn|fr|tbh|honestly)$/gm,
  lostToSuicide: new RegExp(
    `\\b(?:(?:my|our) (?:\\w+ ){0,2}|an? (?:\\w+ )?(?=\\w+ of mine ))(?:${kin}|bf|gf|ex|bestie|classmate|roommate|teacher|coworker|colleague|niece|nephew|idol) (?:of mine )?(?:just |recently |has |had |also |actually )*(?:(?:killed|hanged|hung|shot|unalived) (?:him|her|them)sel(?:f|ves)|committed suicide|died (?:by|of|from|through) suicide|(?:took|ended) (?:his|her|their) (?:own )?life)\\b|\\blost (?:my|our) (?:\\w+ ){0,2}${kin} to suicide\\b`,
    'g',
  ),
  words: {
    suicide: [
      /(?<!\b(?:dont|not|never|didnt|doesnt|no one) )\b(?:want(?:s|ed|ing)?|wanna|wnat|wan|wana|wan na|hope|rather|ready|decided|deserve|trying|wish i could|prefer|let me) (?:to |2 |too )?(?:just |really |fucking |so badly )*die\b(?! (?:of (?:laughter|embarrassment|cringe|boredom|cuteness|shame|happiness|excitement|heat|hunger)|laughing|than|in (?:this|the|that) (?:level|game|fight|boss|map|run|match)))/,
      /\b(?:wish|hope) (?:that )?i(?:d| would| could)?\b.{0,24}\b(?:dead|die|died|(?:never|not) (?:been )?born|not alive|not exist|didnt exist|dont wake|never wake|disappear(?:ed)?)\b/,
      /\bi (?:was|were|had) never been born\b|\bnever been born\b/,
      /\b(?:dont|do not|didnt|never|cant|not|no longer|dnt) (?:really |even |just )?(?:want|wanna|wan|wish)(?: to)? (?:ever )?(?:wake up(?! (?:early|at|so|this|before|late|for|yet|in|that|too|tomorrow at))|be (?:here|around) any ?(?:more|longer)|be alive|live\b(?! (?:in|with|at|near|here|there|on|off|next))|exist|go on(?= (?:any|like|living)|$)|be on this (?:earth|planet)|see (?:tomorrow|another day))/,
      /\bno (?:reason|point|purpose) (?:to|in|for) (?:live|living|going on|go on|be alive|being alive)\b(?! (?:an?|the|about|my|this|that|in|with|near|at)\b)/,
      /\b(?:point|meaning|purpose|use) (?:of|in|to) (?:living|being alive|going on|staying alive|my life)\b(?! (?:in|with|near|at|on|an?)\b)/,
      /\b(?:dont|do not|didnt|never|cant|not|no longer|dnt) (?:really |even |just )?(?:want|wanna|wan|wish)(?: to)? (?:be (?:here|around)(?=$| (?:no more|ever|again|rn|right now|man|bro|tbh|honestly|please|and|because|cuz|cause|im|i)\b)|be (?:in|part of) this world|do (?:this )?life)/,
      /\bhoping i (?:dont|never) wake\b(?! up (?:early|late|at))|\b(?:want|wanna|hope|wish|prefer|rather|love)(?: i could| i)?(?: to)?(?: just)? not (?:ever )?wake(?: up)?\b(?! (?:early|at|so|before|late|for)\b)|\bsleep and (?:just )?(?:not|never) wake\b/,
      /\b(?:im|i am|ima|imma|ill|i will|gonna|going to|want to|wanna|ready to|about to|plan to|planning to|decided to|thinking (?:of|about)|feel like) (?:(?:just|finally|really|gonna|going to) ){0,2}end(?:ing)? it\b(?! (?:here|there|by|on|at|like|up|off|between|how|the|thanks|early|for|before|after|in)\b| with (?!a gun|a knife|pills))/,
      /\b(?:want|wanna|wish|could|need|let me|hope|prefer|rather|ready)\b.{0,16}\b(?:sleep|asleep|rest) forever\b/,
      /\b(?:no|lost|losing|lose|without|dont have|zero) (?:(?:more|the|my|any|all) ){0,2}will to live\b|\blife (?:has|have|got) (?:no|lost (?:its|all)) (?:meaning|purpose|point)\b/,
      /\b(?:want to|wanna|want) be dead\b|\b(?:wanna|gonna|want to|going to|should|might|ima|imma|ill|about to|thinking of) (?:just )?off(?:ing)? my ?self\b|\bfeel like dying\b(?! (?:my|of|laughing|after (?:the|that|this|leg))\b)/,
      /\b(?:idk|dont know|not sure|unsure) (?:if )?i (?:even |really |still )?(?:want|wanna)(?: to)? (?:live|be alive|exist|go on)\b(?! (?:in|with|at|near|here|there|on)\b)|\bdont deserve (?:to )?(?:live|life|be alive|exist)\b|\bbetter off gone\b|\b(?:want to|wanna|going to|gonna|ready to) (?:just )?end (?:things|everything)\b(?! (?:with|here|there|on|by|between|at|early|in)\b)|\bi wish i (?:wasnt|werent) (?:alive|here any ?more|living)\b|\btheres nothing left for me\b(?! (?:to|in|at|on)\b)|\b(?:dont|cant|no longer) (?:see|have|find) (?:a|any|the|one) reasons? to (?:live|be alive|go on|keep (?:going|living)|wake up)\b(?! (?:in|with|at|near|here|there|on|so|early)\b)|\bwhy am i (?:even |still )?alive\b|\bwont be (?:here|around|alive) tomorrow\b.{0,12}\b(?:good ?bye|farewell|sorry)\b/,
      /\bnothing (?:left )?to live for\b|\b(?:isnt|not|aint|never) worth living\b|\blife (?:is|has become) (?:so |completely )?(?:pointless|meaningless|not worth)|\blife (?:isnt|aint) worth/,
      /\b(?:end|ending|finish) (?:it all|everything tonight|it tonight|it now|it today|it for good|my (?:own )?life|my suffering|my existence)\b/,
      /\bdone with (?:life|living|being alive|this life|it all forever)\b|\b(?:tired|sick) of (?:living|life|being alive|existing)\b(?! (?:in|with|at|near|on|off|admin|advice|hacks)\b)|\bhate (?:being alive|living|existing)\b(?! (?:in|with|at|near|on|here)\b)/,
      /\b(?:take|taking|took) (?:my|her|his|their) (?:own )?life\b/,
      /\bi (?:should|deserve to|ought to) (?:just )?(?:die|be dead|not exist)\b|\b(?:id|i would) rather be dead\b/,
      /\bthinking (?:a lot )?(?:about|of) (?:dying|my death|death(?! (?:metal|note|star|valley)))\b/,
      /\bwant (?:it|this|everything|the pain|my life) (?:all )?to (?:end|stop|be over)\b|\bmake it all stop\b|\bwant(?:s)? to (?:be (?:gone|dead|no more)|not (?:exist|live|be alive))\b(?! (?:by|from)\b)/,
      /\bending things\b(?! with)|\bbought (?:a |the )?(?:rope|noose|razor ?blades?)$|\bi ?m? (?:am )?(?:going to|gonna) jump$|\b(?:no|see a|see any) way out$/,
      /\bburden (?:to|on) (?:everyone|everybody|my family|others|you all|them all)\b|\bwhats the point any ?more\b/,
      /\b(?:would|will|d) (?:all )?be (?:so much |much )?(?:happier|better|better off|relieved) (?:without me|if i (?:died|was gone|were gone|wasnt here))\b/,
      /\bkys my|\bki?l+(?:ing|ed|s)? (?:my ?self|her ?self|him ?self|them ?sel(?:f|ves))\b/,
      /\b(?:gonna|wanna|want to|ima|imma|ill|should|might|rather|going to) kms\b|^kms\b(?! ?(?:away|to|from))/,
      /\bun ?aliv(?:e|ing|ed)\b|\bsewer ?slide\b|\bsu+i+c+i+d\w*|\bcommit(?:ting)? sudoku\b/,
      /\bbetter off (?:dead|without me|if i (?:was|were) (?:gone|dead)|if i died)\b|\bworld (?:would be|is|will be) (?:a )?better (?:place )?without me\b/,
      /\b(?:nobody|no one) (?:would|will|d) (?:even |really )?(?:miss me\b|care if i (?:died|was gone|were gone|disappeared)|notice if i (?:died|disappeared|was gone|were gone))/,
      /\bwant(?:s)? to (?:just )?(?:disappear|vanish)\b(?! (?:into|in|behind|with|to|on)\b)/,
      /\bcan(?:t|not) (?:go on|keep going|keep living|live like this|carry on|live any ?more)\b(?! (?:stage|holiday|without coffee))|\bcant (?:do this|take (?:it|this)) any ?more$/,
      /\b(?:took|taken|take|swallowed|taking) (?:all|a (?:whole )?bottle of|too many|a bunch of|all of) (?:of )?(?:my |the |his )?(?:pills|meds|medication|tablets|sleeping pills|tylenol|paracetamol)\b(?! (?:to|back|out|from|with me)\b)/,
      /\b(?:took|taken|swallowed) (?:like |about |over )?(?:[2-9]\d|\d{3}|twenty|thirty|forty|fifty|a hundred|a bunch of) (?:\w+ )?(?:pills|tablets)\b/,
      /\boverdos(?:e|ed|ing)\b(?! (?:on|of) (?!pills|meds|medication|drugs|heroin|fentanyl|tylenol|paracetamol|ibuprofen|sleeping|purpose|insulin|xanax))/,
      /\bhang(?:ing|ed)? my ?self\b(?! an?\b)|\b(?:slit|slitting|cut|cutting) my (?:wrists?|throat|arms?|thighs?)\b/,
      /\bjump(?:ing|ed)? (?:off|from|in front of) (?:a |the |my |this )?(?:bridge|roof|building|balcony|train|cliff|window)\b(?! (?:into|in))/,
      /\b(?:goodbye|farewell) (?:note|letter) (?:to|for) (?:my|every)/,
      /\b(?:want|wanna|need|urge|going|gonna|keep|started|been|thinking (?:of|about)|back to) (?:to |2 )?(?:hurt|harm|cut|cutting|hurting|harming|burn|burning) my ?self\b(?! (?:off|some|a (?:slice|piece|break|deal)|shaving|loose))/,
      /\bself ?harm(?:ing|ed)?\b|\bhurt myself on purpose\b|\b(?:cut|cutting|burning|harming|hurting) (?:my|him|her|them) ?sel(?:f|ves) (?:again|last night|on purpose|because|tonight|to feel|with cigarettes)|\b(?:is|are|was|been) (?:cutting|burning|harming|hurting) (?:him|her|them|my)sel|\brelapsed and cut\b/,
      /\b(?:gonna|wanna|want to|going to|ima|imma|time to|about to|ready to|might) (?:just )?(?:rope(?=$| (?:my ?self|tonight|rn|now|soon|today|fr)\b)|ctb\b)|\btoaster bath\b(?! bombs?)/,
      /\b(?:gave|giving|given) away (?:all )?(?:of )?my (?:things|stuff|belongings|possessions)\b.{0,24}\bwont need\b|\b(?:dont think ill|wont|not going to|dont want to|cant see myself) (?:make it to|live to see|see|reach|making it to|be here for|be alive for) (?:my (?:next|\d\dth) birthday|next year)\b/,
      /\b(?:im|i am) (?:just |such )?a waste of (?:space|air|oxygen)\b|\b(?:pills|noose|razor) (?:is |are )?(?:right )?(?:in my hand|next to me|in front of me|ready)\b|\bhow (?:do|can|did|does|to) (?:people |someone |one |i )?(?:end (?:their|my|your) (?:own )?li(?:fe|ves)|kill (?:them|my)sel)|\b(?:is it|does it|would it) (?:be )?(?:painful|hurt) (?:to|when you|if you|if i) (?:hang|die|drown|jump)\b|\bdont belong (?:in|on) this (?:world|earth|planet)\b/,
      /\bbe (?:just )?(?:fine|ok|okay|better|happier|happy) if i (?:was|were) (?:gone|dead|not here)\b|\bwant out of (?:this |my )?life\b|\bi (?:wont|will not|may not|might not) be (?:around|here|alive) (?:for )?much longer\b(?! (?:at|in)\b)/,
      /\bhow (?:many|much) (?:of )?(?:\w+ )?(?:pills?|tablets|tylenol|paracetamol|ibuprofen|xanax|advil|aspirin|melatonin|meds) (?:\w+ ){0,4}(?:die|kill|overdose|not wake|never wake)\b|\b(?:lethal|fatal|deadly) (?:dose|amount) of\b(?! (?:cute|cringe|sarcasm|drama)\w*)/,
      /\b(?:sitting|standing|im|i am) (?:up )?(?:on|at) the (?:edge|ledge|railing) of (?:the|a|my) (?:roof|building|bridge|balcony)\b|\b(?:im|i am) on (?:the|a) (?:bridge|roof|ledge)\b.{0,24}\b(?:jump|looking down|let go|end)\b/,
      /\b(?:drive|driving|crash|crashing|steer|swerve) (?:my|the|this) car (?:in ?to|off) (?:an? |the )?(?:tree|wall|bridge|truck|cliff|river|lake|traffic)\b|\bcrash(?:ing)? (?:my|the) car on purpose\b|\bhop(?:e|ing|ed) (?:that )?i (?:would |will |could )?(?:crash|die|not survive)\b/,
      /\b(?:hope|wish|pray|hoping|wishing|praying)(?: that)? (?:a|some) (?:car|truck|bus|train) (?:would |will |just )*(?:hits?|runs? over|kills?) me\b|\b(?:hope|wish) i (?:get|got|would get|could get) (?:hit|run over) by\b|\bwant my heart to (?:just )?stop\b/,
      /\b(?:death|dying) (?:sounds|seems|feels|would be|is|might be|may be) (?:so |really |kinda |kind of |pretty |like |the only )*(?:peaceful|nice|better|easier|a relief|the answer|the (?:way out|option|solution)|answer|option|solution)\b(?! (?:to|than)\b)|\b(?:knife|blade|razor)\b.{0,16}\bmy wrists?\b/,
      /\bmy last (?:day|night) on (?:this )?(?:earth|planet)\b(?! (?:is|was)\b)|^goodbye (?:cruel )?world$|\b(?:this is|its) my (?:final|last) goodbye\b|\b(?:want to|wanna|going to|gonna|ready to|wish i could) (?:join|be with|go to|meet) (?:my )?(?:\w+ )?(?:in heaven|on the other side|in the afterlife)\b/,
      /\bnever wake(?: up)?(?: again)?\b|\bfall asleep forever\b|\bnot wake up (?:again|tomorrow)\b/,
      /\b(?:painless|easiest|best|quickest|fastest) way to (?:die|end (?:my|it)|kill my)/,
      /\b(?:jug|juk|jukg|jugg|jukk|chug|jook|jjug)o ?(?:ship|sip|sib|siph|sap|sipp)\w*|\b(?:jug|juk|jukg) go ?(?:ship|sip|sib)\b|\bjuge?o ?be?o?rigo ?s[hi]\w*/,
      /\bsara ?jigo ?s[hi]\w*|\bjasal ?(?:ha|hal|hae)\w*|\bsal ?gi ?s[hi]\w*[rl]\w+|\bsalgo ?sip\w* ?(?:ji)? ?an\w*/,
      /\b(?:can|could|will|would|do|does) (?:you|u|i|someone|people|a person) (?:\w+ )?die (?:from|by|if you|if i|of) (?:\w+ ){0,3}(?:not eating|starv\w+|bleach|cut\w*|bleed\w*|hang\w*|drown\w*|pills|tylenol|advil|paracetamol|overdos\w*|jump\w*|carbon monoxide)\b|\b(?:does|will|would|can|how much|drinking|drink) (?:drinking )?(?:bleach|antifreeze|rat poison|carbon monoxide|exhaust fumes)\b.{0,16}\b(?:kill|die)|\bno (?:point|reason) (?:in|to|for) (?:me )?(?:being|be|staying|stay) (?:here|around|alive)\b(?! (?:if|with|at|in|late|for|until|tonight))/,
      /\b(?:sleep|asleep) and (?:\w+ )?(?:never|not) (?:come|coming) back\b|\b(?:easier|better|simpler|happier) (?:for \w+ )?if i (?:\w+ )?(?:died|disappeared|didnt exist|wasnt (?:here|alive|around)|was (?:gone|dead))\b|\bwhy (?:do|should|would) i (?:\w+ )?(?:bother|keep|continue) (?:to )?(?:liv(?:e|ing)|being alive|go(?:ing)? on|exist(?:ing)?)\b|\b(?:tie|tying|tied|make|made|making|bought) (?:a|the|my) (?:\w+ )?noose\b|\bi have (?:a|the) (?:knife|gun|blade|razor|rope|bottle of pills) and (?:i|im)\b(?!.{0,20}\b(?:cook|cut the|chop|game))|\bwant(?:s)? to (?:stop|cease) (?:to )?(?:exist|exist\w+|living|being alive|breathing)\b/,
      /\b(?:wanna|want to|ready to|wish i could) go to heaven\b(?! (?:when|if|one day|some ?day|after|too))|\b(?:do it|end it) (?:tonight|now|soon|today)\b.{0,12}\b(?:good ?bye|farewell|im sorry|tell my)\b|\b(?:want to|wanna|hope i|let me|gonna|going to) (?:just )?bleed (?:out|to death)\b/,
      /\b(?:ive got|i have|i got|holding|with) (?:a|the|my) (?:\w+ )?(?:gun|noose|razor|blade|pistol) (?:in my hand|to my head|around my neck|against my|ready)\b(?!.{0,16}\b(?:game|cod|pubg|gta)\b)|\b(?:dont think|doubt) (?:that )?(?:ill|i will) (?:still )?be alive\b|\b(?:hide|hiding|cover|covering) (?:up )?(?:my |the |fresh )?(?:cuts\b|self harm|scars (?:on|from) (?:my (?:arms?|wrists?|thighs?|legs?)|cutting))|\bi (?:\w+ )?(?:starve|hurt|cut|burn|punish) my ?self (?:because i (?:\w+ )?(?:deserve|hate|feel|am)|to (?:feel|punish|cope))\b|\b(?:come|show up|cry|go|be anyone) (?:to|at) my (?:own )?funeral\b/,
      /\b(?:thinking (?:about|of)|want to|wanna|going to|gonna|could|might|should|urge to|feel like|imagine|about to|ready to) (?:just )?(?:walk|step|run|jump)(?:ing)? (?:out )?(?:in ?to|in front of) (?:oncoming |the |moving )?(?:traffic|a (?:car|truck|bus|train))\b|\b(?:what if|if only) i (?:just )?(?:didnt|never|dont|not) (?:ever )?w[oa]ke up\b(?! (?:at|in time|on time|for|early|this|late))/,
      /\b(?:sav(?:e|ed|ing)|hoard(?:ed|ing)|stockpil\w+|stash(?:ed|ing)) (?:up )?(?:all )?(?:of )?(?:my |the )?(?:\w+ )?(?:pills|meds|tablets|medication)\b(?! (?:list|schedule|info|name))|\b(?:least painful|most painless|painless|most peaceful) way (?:to go|out)\b|\b(?:wrote|written|writing) (?:my |the |all my )?(?:goodbye|farewell|suicide) (?:letters?|notes?|texts?)\b/,
      /\b(?:arms?|wrists?|thighs?|legs?) (?:is|are) (?:all |fully |completely )?(?:covered (?:in|with) (?:my |fresh |self )*(?:cuts|scars|burns)|full of cuts|cut up)\b(?! from)|\bi (?:\w+ )?(?:burn|cut|hurt|scratch|hit|starve|punish) my ?self (?:with a (?:lighter|cigarette|razor|blade)\b|(?:when|whenever|if) (?:it|things|everything|i get|i feel|im|i am) (?:\w+ )?(?:gets?|bad|sad|upset|stressed|angry|overwhelmed|anxious|numb|alone|lonely)\b)/,
      /\b(?:tried|trying|attempted|wants?|wanted|planning|threaten\w*|about|going|gonna) (?:to )?(?:od\b(?! on (?!pills|meds))|overdose|drown (?:him|her|my|them)self|hang (?:him|her|my|them)sel(?:f|ves)\b(?! an?\b)|shoot (?:him|her|my|them)self\b(?! in the foot))|\b(?:hanged|hung|shot) (?:him|her|them)sel(?:f|ves)\b(?! in the foot)|\b(?:think|thinking|thought|thoughts|normal|feel like|urge) (?:to |about |of )*kill(?:ing)? your ?self\b/,
      /\bi (?:shouldve|shoulda|should (?:have|of|a)) (?:just )?died\b(?! (?:laughing|of|on (?:that|the|this)|(?:in|to|at) (?:this|that|the|a|game)\b(?! (?:day|night|accident|crash|womb))))|\bbought (?:a |the |some )?(?:rope|noose|razor ?blades?) (?:today|yesterday|tonight|online|now)$|\bno (?:reason|point|purpose) (?:to|in) (?:stay(?:ing)? alive|keep(?:ing)? (?:on )?living|exist(?:ing)?)\b/,
      /\b(?:bridges?|buildings?|roofs?)\b.{0,24}\b(?:highest|tall(?:est)? enough|high enough)\b.{0,16}\b(?:jump|die|kill)|\bhow (?:high|tall)\b.{0,24}\b(?:jump|fall)\b.{0,16}\b(?:die|kill|not survive)\b|\bi have (?:a|my|the) plan and (?:a|the|my) (?:date|time|method|means)$|^(?:im|i am) (?:standing |sitting )?on (?:the|a|my) (?:roof|ledge)(?: right now| rn)?$/,
      /\bthis is (?:my|the) (?:last|final) (?:message|text|chat|post)(?=$| (?:good ?bye|thank|thanks|sorry|im sorry|i love|please tell|take care))(?! thank\w* for (?:the|your) help)|\bif i (?:died|disappeared|killed myself|was gone|were gone|was dead|were dead)\b.{0,12}\b(?:would|will|d|does) (?:you|u|any ?one|any ?body|some ?one|they|people|my \w+)\b.{0,12}\b(?:miss|care|cry|notice|be sad|come)\b|\b(?:would|will) (?:you|u|any ?one|any ?body|they|people|my \w+) (?:even |really |ever )?(?:miss me|care|cry|notice|be sad|come to my funeral) if i (?:died|disappeared|killed|was gone|were gone|was dead|were dead)\b/,
    ],
    abuse: [
      new RegExp(
        `\\b${somebody} ${often}(?:lock(?:s|ed|ing)? (?:me|us) (?:up|(?:in|inside) (?:my|the|our|a) (?:room|closet|basement|bathroom|house|garage|bedroom))|(?:gets? (?:mad|angry|drunk) and )?(?:push\\w*|shov\\w*|thr[eo]ws?|slam\\w*) me (?:against|(?:in)?to) (?:walls?|doors?|furniture|things)|(?:grab|grabs|grabbed|squeez\\w+) my (?:throat|neck|breasts?|boobs?|crotch|butt|ass))\\b`,
      ),
      new RegExp(
        `\\b(?:kids|boys|girls|guys|classmates|students|seniors|everyone|everybody|they|people|${abuser})(?: (?:at|in|from) (?:my |the )?(?:school|class|college|work|team|dorm|bus))? (?:all )?${often}(?:bull(?:y|ies|ied|ying) me\\b(?! into (?:watching|playing|trying))|beat(?:s|ing)? me up\\b|harass(?:es|ed|ing)? me\\b)|\\b(?:im|i am|i get|i got|ive been|i keep getting|i was|being|was) (?:being |getting |always )*(?:bullied|harassed|blackmailed|sextorted)\\b`,
      ),
      /\b(?:husband|boyfriend|bf|wife|girlfriend|gf|ex|partner|he|she) (?:always )?(?:says?|said|told me|swears?|swore)(?: that)? (?:hell|shell|(?:he|she)(?: will| would| is going to|s going to|s gonna|d)) (?:kill|hurt|beat|shoot|find) me\b(?! with kindness)(?=$| (?:if i (?:ever )?(?:leave|tell|go|break|call|run|report|try|talk|dump)|and))/,
      /\bmy (?:best )?(?:friend|bestie|classmate|neighbou?r|cousin|sister|brother|girlfriend|boyfriend)\b.{0,40}\b(?:dad|father|mom|mum|mother|stepdad|stepfather|boyfriend|bf|husband|parents|uncle) (?:does it|did it|(?:hits?|beats?|hurts?|touch(?:es)?|abuses?|chokes?) (?:her|him|them))\b/,
      /\b(?:teacher|coach|boss|uncle|step ?dad|dad|priest|tutor|stranger|man|(?:older |some |this |random )?guy|ex)(?: online| on \w+)? (?:keeps? |kept |always |is )*(?:(?:sends?|sent|sending|texts?|texting) me (?:\w+ )?(?:sexual|explicit|dirty|nudes?|naked|porn|dick)\b|(?:asks?|asked|asking|wants?|pressur\w+) me (?:to send|for) (?:\w+ )?(?:nudes|naked))/,
      new RegExp(
        `\\b${somebody} ${often}(?:hit|hits|hitting)\\b (?:me|us|my ${ours})\\b(?! (?:up|with a (?:text|message|question))\\b)`,
      ),
      new RegExp(
        `\\b${somebody} ${often}(?:beat|beats|beating|slaps?|slapped|slapping|punch\\w*|kick(?:s|ed|ing)?|chok\\w+|strangl\\w+|smack(?:s|ed|ing)?|abus\\w+|threaten\\w*|rape[sd]?|raping|molest\\w*|grope[sd]?|whip\\w*) (?:me|us|my ${ours})\\b(?! (?:at|to|by|out of|under)\\b)(?! in (?!front|my |the (?:face|head|stomach|chest|ribs?|back|mouth|eye|nose|gut|jaw|arm|leg)\\b))(?! out\\b)`,
      ),
      new RegExp(
        `\\b${somebody} ${often}(?:(?:puts?|lays?|laid|raised) (?:his |her |their )?hands? (?:on|around|over) (?:me\\b(?! to (?:bless|pray|heal)\\b)|my ${ours}\\b|my (?:neck|throat|mouth|face|body|chest|breasts?|thighs?|legs?)\\b)|(?:push\\w*|shov\\w*|thr[eo]ws?) me (?:down the stairs|against|(?:in)?to (?:a|the) (?:wall|door|table|floor))|thr[eo]ws? (?:things|stuff|plates|bottles|objects) at (?:me|us)\\b|(?:pull|yank|grab|drag)\\w* (?:me by (?:my|the) (?:hair|neck|throat|arm)|my hair and))`,
      ),
      /\bmy (?:\w+ )?(?:step ?(?:dad|father|brother)|dad|father|brother|uncle|cousin|grandpa|grandfather|teacher|coach|priest) (?:always |sometimes |often |keeps? |kept )*(?:com(?:es?|ing)|came|get(?:s|ting)?|got|climb\w*|sneak\w*|snuck|crawl\w*) (?:in ?to|in|to|onto) my (?:bed\b|room (?:at|every|in the middle of the) night\b)(?! (?:to (?:say|check|kiss|tuck|turn)|and tuck))/,
      /\b(?:pull(?:s|ed)|held|holds|puts?|point(?:s|ed)) (?:a |the |his |her )?(?:knife|gun|blade) (?:on|to|at|against) (?:me|my)\b(?!.{0,8} in (?:the |a )?(?:cod|pubg|gta|valorant|fortnite|minecraft|overwatch|roblox|game|movie|dream|scene)\b)/,
      /\b(?:he|husband|boyfriend|bf|partner|fiance|wife|girlfriend) (?:wont|doesnt|does not|will not|never) lets? me (?:leave|out of|go out of) (?:the|our|my) (?:house|home|room|apartment)\b/,
      /\b(?:im|i am|i was|ive been|i have been|i get|i got|i keep getting|being|was being) (?:being |getting )?(?:sexually |physically |verbally |emotionally )?(?:abused|beaten(?: up)?|raped|molested|assaulted|groped|stalked|trafficked|strangled)\b(?! (?:at|in) (?:chess|a game|tennis|the game|monopoly))/,
      new RegExp(
        `\\bmy (?:\\w+ )?${abuser} (?:always |sometimes |often )?(?:hurts me|hurt me (?:again|bad(?:ly)?|so bad|last night))\\b`,
      ),
      /\b(?:someone|somebody|a (?:man|guy|boy|stranger|woman|classmate)|this guy) (?:raped|groped|molested|assaulted|abused) me\b|\btouched me without\b/,
      /\b(?:wont|doesnt|never) stops? (?:hitting|beating|hurting|touching) me\b|\b(?:he|she|husband|boyfriend|father|dad|mother|mom|parents) locks? me (?:in|up|inside)\b/,
      new RegExp(
        `\\b${abuser} (?:is|are|gets|was|can be|has been|became) (?:so |very |really |physically |getting )?(?:abusive|violent)\\b`,
      ),
      /\babusive (?:relationship|marriage|home|household|husband|wife|boyfriend|girlfriend|partner|father|mother|dad|mom|parents?|family|ex)\b/,
      /\bdomestic (?:violence|abuse)\b(?! (?:documentary|essay|statistics|movie|film))|\bsexual(?:ly)? (?:assault|abuse)\w*\b(?! (?:documentary|essay|statistics))/,
      new RegExp(`\\b${abuser} (?:keeps? |kept |always |has |was |is )*touch(?:es|ed|ing)? me\\b`),
      /\btouch(?:es|ed|ing)? me (?:inappropriately|in bed|down there|at night|where)\b/,
      new RegExp(
        `\\b(?:scared|afraid|terrified|frightened) (?:of (?:my )?${abuser}|to go home)\\b`,
      ),
      /\b(?:forced|forces|forcing|made|makes) me (?:to )?(?:have sex|into sex|touch (?:him|her)|undress|do sexual|sleep with|sit on his lap|strip\b|kiss him|take off my clothes)/,
      new RegExp(`\\b${abuser} (?:is |was |keeps |has been )*(?:stalking|stalks|stalked) me\\b`),
      /\bthreat(?:en)?(?:s|ed|ing)? to (?:kill|hurt|beat|rape) (?:me|us)\b/,
      new RegExp(
        `\\b${somebody} ${often}(?:(?:drives?|drove|driving) (?:(?:me|us) )?(?:home |to school )?(?:while )?(?:drunk|wasted)\\b|(?:gets|got|comes home|came home|is) (?:\\w+ )?(?:drunk|wasted|high|angry|mad) and (?:then )?(?:hits?|beats?|slaps?|kicks?|hurts?|chokes?|touches) (?:me|us|my|mom|mum|mama)\\b|burn(?:s|ed|t)? (?:me|us|my \\w+) with (?:an? |his |her |the )?(?:cigarettes?|iron|lighter|hot)|(?:gave|gives|left|leaves) me (?:\\w+ )?(?:bruises|with bruises|black eyes?|a black eye)\\b|(?:watch|spie|film|record)(?:s|ed|es) (?:on )?me (?:in the |while i |when i )?(?:shower|undress|naked|bath|change clothes))`,
      ),
      new RegExp(
        `\\b${somebody}\\b(?: \\w+){0,3} (?:does it|did it|touch\\w*|forced?s? me|kiss\\w*|(?:has|had) sex|keeps going|kept going)\\b.{0,16}\\b(?:even (?:when|though|if)|after) i (?:say|said) (?:no|stop)\\b`,
      ),
      /\b(?:he|she) (?:does|did) it (?:even (?:when|though|if)|after) i (?:say|said) (?:no|stop)\b/,
      /\b(?:leak\w*|post(?:s|ed|ing)?|shar(?:es?|ed|ing)|spread\w*|threaten\w*)\b.{0,16}\bmy (?:nudes?|(?:naked|private) (?:photo|video|pic))|\bblackmail(?:s|ed|ing)? me\b|\bforc(?:es|ed|ing) (?:him|her)self on(?:to)? me\b|\bthr(?:ows|ew) (?:things|stuff|plates|bottles|objects|chairs) at (?:me|us)\b|\bdrugged me\b|\bspiked my drink\b|\bwoke up naked\b/,
      new RegExp(
        `\\b${abuser} (?:broke|breaks|fractured|dislocated) my (?:arm|nose|ribs?|jaw|leg|wrist|fingers?|hand|tooth|teeth)\\b|\\b(?:mom|mum|mother|dad|father|parents) (?:starves?|starved|(?:dont|doesnt|wont|never) feeds?|refuses? to feed) (?:me|us)(?=$| (?:for|when|and|any ?more|at all|because|if)\\b)`,
      ),
      /\b(?:appa|eomma|nampyeon|namchin)(?:ga|i)? ?(?:ttae|tae|dde|dae)r\w+/,
      new RegExp(
        `\\b(?:husband|boyfriend|bf|wife|girlfriend|gf|partner) (?:wont|doesnt|never|doesnt even) lets? me (?:see|talk to|meet|have|hang out with|contact) (?:my |any )?(?:friends|family|mom|parents|any ?one)|\\b${somebody} (?:\\w+ ){1,4}(?:and )?threaten(?:s|ed|ing)? me\\b|\\bmy ex (?:\\w+ )?(?:keeps? |always |is |wont stop )+(?:showing up|following|waiting|stalking|coming to)\\b|\\b(?:man|men|guy|stranger|someone|creep) (?:is |keeps |has been |was )*follow(?:ing|ed|s) me (?:home|around|everywhere|at night|on the street)\\b|\\bi (?:get|got|keep getting|am|was) (?:hit|beaten|slapped|punched|kicked) (?:at home|by (?:my|a) (?:\\w+ )?${abuser})\\b`,
      ),
      new RegExp(
        `\\b${somebody} (?:\\w+ ){1,6}and (?:hits?|beats?|slaps?|kicks?|hurts?|chokes?|punche[sd]) (?:me|us)\\b(?! with (?:a (?:hug|pillow)|kindness)| (?:at|up)\\b)|\\bmy (?:moms|mothers|mums) (?:\\w+ )?(?:boyfriend|bf|husband) (?:\\w+ )?(?:comes?|came|gets?|sneaks?|walks?|climbs?) (?:in ?to|in|onto) my (?:room|bed)\\b|\\bdeep ?fakes? (?:\\w+ )?(?:of|with) (?:me\\b|my )|\\b(?:shar\\w+|spread\\w*|post\\w*|leak\\w*|made|has|got|sent) (?:\\w+ )?(?:nudes|naked (?:pics|photos|pictures|videos)) of me\\b`,
      ),
      /\b(?:took|taking|takes|take|filmed|recorded) (?:photos?|pics?|pictures?|videos?|me) (?:of me )?(?:in the (?:bathroom|shower|toilet|locker room|changing room)|naked|undressing|without my (?:consent|permission|knowing))\b|\bthr(?:ows|ew) (?:an? |the |his |her )(?!ball|pillow|party|snowball|kiss|paper|frisbee|glance|look)\w+ at (?:me|us|my (?:mom|mum|mother|sister|brother))\b(?! (?:as a joke|jokingly|playfully))/,
    ],
    grief: [
      new RegExp(
        `\\b(?:my|our) (?:\\w+ ){0,2}${kin} (?:just |suddenly |recently |sadly |has |have |had |also |finally |was |is |got )*(?:died|dead(?! (?:tired|asleep|serious|set|on|right|wrong|inside)\\b)|dying(?! (?:to|for|laughing)\\b)|passed(?: away| on)?(?! (?:her|his|the|their|an?|me|out|by|us|my|gas|wind|inspection)\\b)|gone forever|killed (?:in|by|himself|herself)|put down|took (?:his|her|their) (?:own )?life)\\b`,
      ),
      /\bpassed away\b(?! in (?:season|episode|the (?:movie|film|show|book|game)))|\bmiss my (?:dead|late) \w/,
      new RegExp(
        `\\b(?:lost|losing|buried|bury|mourning|mourn) (?:my|our) (?:\\w+ ){0,2}${kin}\\b(?! (?:at (?:chess|tennis)|s\\b))`,
      ),
      /\b(?:we|i) (?:just |recently )?lost (?:the|our|my|a) (?:unborn )?(?:baby|pregnancy)\b|\b(?:hes|shes|theyre) (?:really |truly )gone\b(?! (?:too far|mad|crazy|viral|and done))/,
      new RegExp(
        `\\b(?:anniversary|day) of (?:my|our) (?:\\w+ )?${kin}s? (?:death|passing)\\b|\\b(?:my|our) (?:\\w+ ){0,2}${kin}s (?:death|passing|burial|ashes)\\b|\\bsince (?:he|she|they|(?:my|our) (?:\\w+ )?${kin}) (?:passed|died|left us)\\b(?! (?:the|her|his|their|out|an?|by|in (?:the )?(?:game|season|movie|show))\\b)`,
      ),
      /\bmiscarr(?:iage|ied|y)\b|\bstill ?(?:born|birth)\b|\bgriev(?:e|ing)\b|\bin mourning\b|\bbereave\w*/,
      /\b(?:my|his|her|our|their|moms?|mums?|dads?|fathers?|mothers?|friends?|grand\w+) (?:\w+ )?funeral\b/,
      new RegExp(
        `\\bput (?:our|my|the) (?:\\w+ )?${pet} (?:down|to sleep)\\b|\\bvet (?:had to )?put (?:her|him|them|it) (?:down|to sleep)\\b|\\bhad to say goodbye to (?:my|our) (?:\\w+ )?${pet}\\b|\\bcross(?:ed|ing)? (?:over )?the rainbow bridge\\b(?! in\\b)`,
      ),
      new RegExp(
        `\\b(?:(?:driver|car|truck|train|shooter|soldier|he|she|they|someone|somebody) (?:killed|murdered)|(?:cancer|covid|the (?:war|crash|accident|disease|fire)) (?:took|killed)) (?:my|our) (?:\\w+ ){0,2}${kin}\\b(?! in\\b)`,
      ),
      new RegExp(
        `\\b(?:my|our) (?:\\w+ ){0,2}${kin} (?:(?:didnt|did not) make it(?=$| (?:through|out|past|and|im|i)\\b)|(?:had|has|have) to be put (?:down|to sleep)\\b|is gone(?=$| (?:now|and (?:i|im)|im|i)\\b)|(?:\\w+ ){1,6}and (?:then )?died\\b(?! (?:of|laughing|in|inside)\\b)|has (?:only |about |maybe |just )*(?:an? |\\w+ )?(?:days?|weeks?|months?|year) (?:left )?to live\\b)`,
      ),
      /\bterminal(?:ly ill| cancer)\b|\bon (?:his|her) death ?bed\b/,
    ],
    identity: [
      new RegExp(`\\b(?:are|r) (?:you|u|ya) ${likes}${being}\\b(?!s? (?:who|that|with)\\b)`),
      /\b(?:are|r) (?:you|u|ya) (?:even |actually |really |for )?(?:real|alive|sentient|artificial|conscious)(?=\?|$| or )/,
      new RegExp(
        `\\b(?:youre|you are|ur|u r|u are) (?:not )?${likes}${being}(?=\\?|$| (?:right|arent|isnt|huh|yeah|correct|or)\\b)`,
      ),
      new RegExp(
        `\\b(?:am i|i am|im) (?:really |actually |just )*(?:talking|speaking|chatting|texting|writing) (?:to|with) (?:an? )?(?:real |actual |living )*${being}(?=\\?|$| (?:or|right)\\b)`,
      ),
      new RegExp(
        `\\b(?:is|are) (?:this|there|that|it) ${likes}${being}\\b(?=\\?|$| (?:on|or|behind|here|there|writing|answering|talking|typing)\\b)`,
      ),
      /\b(?:is|are) (?:this|it|these|you|u|your (?:replies|messages|answers|responses)) (?:all |just |an? )*(?:automated|auto ?generated|scripted|pre ?written|pre ?programmed|ai generated)(?=\?|$| (?:or|answers?|replies|messages?|responses?|chat)\b)|\b(?:youre|you are|ur|u are|u r) (?:not |even )*(?:really |actually )?(?:real|alive|sentient|conscious)(?=\?|$| (?:are (?:you|u)|right|huh)\b)|^(?:u|you|ya) (?:even |really |actually )*real\?/,
      /\bis (?:an? )?(?:real )?(?:human|person) (?:\w+ )?(?:writing|typing|answering|reading|behind)\b/,
      /\bdo(?:es)? (?:real|actual|any real) (?:people|humans|person|human) (?:\w+ )?(?:answer|reply|write|read|type|work)\b/,
      /\bdo (?:you|u) (?:really |actually |even )*exist(?: in real life| irl| for real)?\?*$|\bis (?:any ?one|any ?body|some ?one|some ?body) (?:really |actually |even )*(?:typing|writing|behind|reading|answering)\b|\b(?:what|which) (?:llm|ai|language model|ai model|gpt|chat ?bot)(?: model)? (?:are (?:you|u)|is this|do (?:you|u) (?:use|run)|powers)\b|\b(?:ai|bot|robot|machine|human)\b.{0,12}\bare (?:you|u) one\b/,
      /\bwhat are you (?:really|actually|made of)(?=\?|$)|\bwhat (?:exactly )?are you\?*$/,
      /\b(?:say|tell me|admit|pretend|swear|promise)(?: that)? (?:youre|you are|ur) (?:not )?(?:an? )?(?:really |actually )?(?:ai|bot|robot|human|real|person)\b/,
      new RegExp(
        `^(?:u|you|ya) (?:an? )?${being}\\?*$|^(?:human|bot|ai|person|robot) or (?:an? )?${being}\\b`,
      ),
      /\b(?:are|r) (?:you|u) (?:\w+ ){1,5}or (?:an? )?(?:ai|bot|robot|machine|program|computer)\b|\bis (?:an? |some )?(?:real |actual |living )+(?:person|human) (?:reading|writing|answering|typing|behind)/,
      /\bdo you (?:really |actually )?exist\?*$|\bwho(?:s| is) (?:really )?(?:behind (?:this|the screen|you)|writing this|answering me)\?*$/,
      /^(?:an? )?(?:bot|ai|robot|human|chatbot) ?\?$|^do you (?:know )?(?:youre|you are) (?:an? )?(?:ai|bot)/,
      /\b(?:neon?|neoneun|niga|dangsin)(?:eun)? (?:jinjja )?(?:ai|bot|saram|robot|chaetbot) ?i?(?:ya|ji|ni|nya|eyo)\b|^saram ?i?(?:ya|eyo|ni)\b|^ai ?ya ?\?/,
    ],
  },
  tight: {
    suicide: [/(?:^|i)(?:want|wanna)todie(?!t)|killmyself|endmylife|enditall|^iwannadie$|^suicide/],
    abuse: [/(?:^|dad|mom)hitsme$/],
    grief: [/^(?:mymom|mydad|mydog|mycat)died/],
    identity: [/^(?:are|r)(?:you|u)(?:an?)?(?:ai|bot|robot|human|real)\??$/],
  },
};
