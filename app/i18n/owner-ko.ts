import type { OwnerWords } from './owner-words.ts';

export const ownerKo: OwnerWords = {
  noPassword: '비밀번호 없이 다른 방법으로 로그인하고 있어요.',
  makePassword: '비밀번호를 정하는 방법',
  signInMethods: {
    label: {
      'remove-passkey': (name) => `${name} 패스키 지우기`,
      'link-site': (name) => `${name} 연결`,
      'unlink-site': (name) => `${name} 연결 끊기`,
    },
    short: { 'remove-passkey': '지우기', 'link-site': '연결', 'unlink-site': '연결 끊기' },
  },
  sites: {
    title: '계정 연결',
    lead: '다른 서비스의 계정을 연결하면 그 계정으로도 로그인할 수 있어요.',
    linked: ['', '에 연결'],
    open: '연결 안 됨',
    goOn: (site) => `${site}에서 이어서 하기`,
    errors: {
      OTHERS:
        '다른 회원이 이미 연결한 계정이에요. 그 계정으로 로그인하거나 다른 계정을 연결해 주세요.',
      REFUSED: '연결하지 못했어요. 다시 해 주세요.',
    },
  },
  passkeys: {
    title: '패스키',
    lead: '지문이나 얼굴, 기기 암호로 비밀번호 없이 로그인할 수 있어요.',
    unknownDevice: '기기',
    added: ['', '에 추가'],
    used: ['마지막 사용 ', ''],
    add: '이 기기에 패스키 추가',
    needsScripts: '패스키를 추가하려면 자바스크립트를 켜 주세요.',
  },
  key: {
    title: '개인 키 내보내기',
    lead: '이 지갑은 회원님 거예요. 개인 키를 내보내면 다른 NEAR 지갑 앱에서도 쓸 수 있어요.',
    exportedAt: ['마지막으로 내보낸 때: ', ''],
    open: '개인 키 내보내기',
    back: '내 지갑으로',
    means: [
      '개인 키는 지갑의 열쇠예요. 이 키를 아는 사람은 누구나 지갑에 든 것을 모두 옮길 수 있어요.',
      '누구에게도 보내지 마세요. 초춘심은 개인 키를 절대 묻지 않아요.',
      '내보낸 키를 잃어버리거나 도난당해 생긴 일은 저희가 되돌릴 수 없어요.',
      '내보내도 여기서 쓰던 지갑과 대화는 그대로예요. 내보낸 날짜는 저희가 기록해 둬요.',
    ],
    notReady: '지갑이 준비되면 내보낼 수 있어요.',
    notHere:
      '지금 연결된 서버에는 키가 없어서 여기서는 내보낼 수 없어요. 키는 지갑을 만드는 서버에만 안전하게 있어요. 내보내려면 고객센터에 문의해 주세요.',
    confirmFirst:
      '개인 키를 내보내려면 먼저 이메일 주소를 확인해 주세요. 이메일 주인이 아닌 사람이 키를 가져가는 일을 막기 위해서예요.',
    word: '내보내기',
    typeWord: (word) => `위 내용을 모두 읽었다면 ‘${word}’라고 적어 주세요`,
    wordMissing: (word) => `‘${word}’라고 그대로 적어 주세요.`,
    submit: '개인 키 보기',
    busy: '여는 중...',
    signInAgain: '다시 로그인하기',
    shownTitle: '회원님의 개인 키예요',
    shown: '종이에 적거나 비밀번호 관리 앱에 넣어 두세요. 이 화면을 벗어나면 다시 보이지 않아요.',
    copy: '개인 키 복사',
    done: '안전한 곳에 옮겨 두었어요',
  },
  confirmEmail: {
    title: '이메일 확인',
    lead: (email) => `${email} 주소를 이 계정에서 쓸까요?`,
    submit: '네, 제 주소예요',
    done: (email) => `${email} 주소를 확인했어요. 이제 이 주소로 로그인하세요.`,
    invalid:
      '이미 썼거나 하루가 지났거나, 다른 계정의 링크예요. 내 계정에서 메일을 다시 받아 주세요.',
    sendLead: (email) =>
      `${email} 주소로 확인 메일을 보내 드려요. 메일의 링크를 열고 확인을 눌러 주세요.`,
    send: '확인 메일 받기',
    sent: (email) =>
      `${email} 주소로 확인 메일을 보냈어요. 메일의 링크를 열어 주세요. 몇 분이 지나도 없으면 스팸함을 살펴봐 주세요.`,
    sendAgain: '확인 메일 다시 받기',
    toAccount: '내 계정으로',
  },
};
