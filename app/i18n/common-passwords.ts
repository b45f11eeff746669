/**
 * Leaked passwords of eight or more characters that are neither sequences nor repetitions, and the most
 * common Korean ones: keyboard rows, and Korean words typed on an English layout.
 */
export const COMMON_PASSWORDS: readonly string[] =
  `password password1 password12 password123 password! passw0rd p@ssw0rd p@ssword pa55word mypassword
  passwort motdepasse contraseña iloveyou iloveyou1 iloveyou2 iloveu123 loveyou1 trustno1 letmein1 letmein123
  welcome1 welcome123 sunshine sunshine1 princess princess1 football football1 baseball basketball superman
  superman1 batman123 michael1 jennifer jordan23 charlie1 computer internet starwars whatever dragon123
  monkey123 shadow123 master123 killer123 freedom1 cheese123 chocolate butterfly liverpool liverpool1 chelsea1
  arsenal1 samsung1 samsung123 blink182 fuckyou1 asshole1 bitch123 lovelove nicole123 ashley123 jessica1
  admin123 admin1234 adminadmin administrator root1234 guest123 user1234 test1234 test12345 testtest tester123
  changeme changeme1 default1 secret123 hello123 hello1234 helloworld welcome1234 login123 access14 abcd1234
  abc12345 abc123456 abcd12345 abcde123 a1234567 a12345678 a123456789 aa123456 aa12345678 aaa12345 ab123456
  asd12345 qwe12345 zxc12345 q1234567 q12345678 w1234567 s1234567 k1234567 1234567a 12345678a 123456789a
  1234abcd 123456ab 123456aa 12345qwert 1234qwer 1234asdf 123qweasd 123qwe123 123abc123 123123abc 147258369
  123654789 147852369 159357258 741852963 987654321a 789456123 456789123 11223344 112233445566 12341234
  12121212 123123123 123321123 1234554321 12344321 11112222 12345679 10203040 102030405060 19871987 19891989
  19901990 19951995 20002000 20022002 20202020 31415926 5201314520 135792468 1357924680 0987654321 01012345678
  qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwert123 qwert1234 qwert12345
  qwer1234 qwer12345 qwer123456 qwer1234! qwer123! qwerqwer qweqwe123 qweasdzxc qweasd123 qwe123qwe qazwsxedc
  qazwsx123 qazwsx12 qaz123wsx 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1qaz1qaz zaq12wsx zaq1zaq1 !qaz2wsx q1w2e3r4
  q1w2e3r4t5 q1w2e3r4! q1w2e3r4t5y6 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r! 1q2w3e4r5t! 1q2w3e4r5 1q2w3e4r1q
  q2w3e4r5 w2e3r4t5 1w2e3r4t 1a2s3d4f a1s2d3f4 a1b2c3d4 a1b2c3d4e5 1a2b3c4d z1x2c3v4 1z2x3c4v 1q1q1q1q 1q2w1q2w
  asdfghjk asdfghjkl asdfqwer asdf1234 asdf12345 asdf1234! asdfasdf asdasd123 asdzxc123 zxcvbnm1 zxcvbnm123
  zxcv1234 zxcvasdf zxcasdqwe qwerasdf qwerasdfzxcv poiuytrewq lkjhgfdsa mnbvcxzl mnbvcxz1
  dkssud12 dkssud123 dkssud1234 dkssudgktpdy dkssudgktpdy1 dkssudgktpdy123 tkfkdgo12 tkfkdgo123 tkfkdgo1234
  tkfkdgo1004 tkfkdgody tkfkdgodyd gmldud123 wlgns123 alswl123 alswl1234 wlsdud123 tjdgns123 dnflwlq1 dnflskfk
  eogksalsrnr eogksalsrnr1 tjdnf123 qlalfqjsgh qlalfqjsgh1 qlalfqjsgh12 qlalfqjsgh123 qlqjs1234 tlstkdwn
  skfkdtkfkd skatks12 dhkdwk12 rkskekfk rkskekfkak rkskekfkakqktk akqktkdk rlarlarla qkrqkrqkr cjstk1004
  love1004 angel1004 angel123 12341004 10041004 1004angel aksenfka tkfkd123 vudghk123 god12345 korea123 korea1234
  korea2002 seoul123 seoul1234 naver123 naver1234 kakao123 kakao1234 hanmail1 daum1234 choonsim chunsim1 choonsim1
  choonsim123 choonsim1234 chunsim1234 비밀번호1234 비밀번호12345 비밀번호입니다 안녕하세요 안녕하세요1 사랑해사랑해
  사랑합니다 대한민국 대한민국만세 가나다라마바사 가나다라마바사아`.split(/\s+/);

/** Sequences; a password must not be part of one, forwards or backwards. */
export const RUNS: readonly string[] = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  '가나다라마바사아자차카타파하',
];
