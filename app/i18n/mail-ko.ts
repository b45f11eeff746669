import { ko } from './ko.ts';
import type { MailWords, WayIn } from './mail-words.ts';

function nameOf(way: WayIn): string {
  if (way.kind === 'passkey') return way.device ? `${way.device} 패스키` : '패스키';
  return `${way.name ?? ko.account.otherSites.names[way.id]} 계정`;
}

export const mailKo: MailWords = {
  appName: '초춘심',
  orOpen: '버튼이 눌리지 않으면 아래 주소를 브라우저에 붙여 넣어 주세요.',
  reset: ({ email, minutes }) => ({
    subject: '새 비밀번호를 정해 주세요',
    lines: [
      `${email} 계정의 비밀번호를 다시 정할 수 있는 링크예요.`,
      `${minutes}분 동안 한 번만 쓸 수 있어요. 새로 정하면 다른 기기에서는 로그아웃돼요.`,
    ],
    action: '새 비밀번호 정하기',
    unasked: '요청한 적이 없다면 이 메일은 지워도 괜찮아요. 비밀번호는 그대로예요.',
  }),
  confirmSignUp: ({ email, hours }) => ({
    subject: '이메일 주소를 확인해 주세요',
    lines: [
      `${email} 주소로 가입한 계정이 있어요. 본인이 맞다면 링크를 열어 확인해 주세요.`,
      `링크는 ${hours}시간 동안 쓸 수 있고, 가입한 계정으로 로그인되어 있어야 해요.`,
    ],
    action: '이메일 확인하기',
    unasked: '가입한 적이 없다면 이 메일은 지워 주세요. 확인하지 않으면 아무 일도 일어나지 않아요.',
  }),
  confirmChange: ({ email, hours }) => ({
    subject: '새 이메일 주소를 확인해 주세요',
    lines: [
      `로그인할 때 쓰는 주소를 ${email} 주소로 바꾸려고 해요.`,
      `${hours}시간 안에 링크를 열고 확인을 눌러야 바뀌어요. 그 전까지는 지금 주소를 그대로 써요.`,
    ],
    action: '이 주소로 바꾸기',
    unasked: '요청한 적이 없다면 이 메일은 지워 주세요. 아무것도 바뀌지 않아요.',
  }),
  changed: ({ from, to }) => ({
    subject: '이메일 주소가 바뀌었어요',
    lines: [
      `로그인할 때 쓰는 주소가 ${from} 주소에서 ${to} 주소로 바뀌었어요.`,
      '이제 이 주소로는 로그인하거나 비밀번호를 찾을 수 없어요.',
    ],
    action: null,
    unasked: '직접 바꾸지 않았다면 바로 고객센터에 알려 주세요.',
  }),
  wayIn: ({ change, way }) =>
    change === 'added'
      ? {
          subject: '새 로그인 방법이 추가됐어요',
          lines: [
            `방금 계정에 새 로그인 방법이 추가됐어요: ${nameOf(way)}`,
            '이제 이 방법으로도 로그인할 수 있어요.',
          ],
          action: null,
          unasked:
            '직접 추가하지 않았다면 ‘내 계정’에서 지우고 비밀번호를 바꾼 다음, 모든 기기에서 로그아웃해 주세요.',
        }
      : {
          subject: '로그인 방법이 하나 삭제됐어요',
          lines: [
            `방금 계정에서 로그인 방법이 삭제됐어요: ${nameOf(way)}`,
            '이제 이 방법으로는 로그인할 수 없어요.',
          ],
          action: null,
          unasked:
            '직접 지우지 않았다면 비밀번호를 바꾸고 모든 기기에서 로그아웃한 다음 고객센터에 알려 주세요.',
        },
  keyExported: ({ accountId }) => ({
    subject: '지갑의 개인 키를 내보냈어요',
    lines: [
      `${accountId} 지갑의 개인 키가 방금 화면에 표시됐어요.`,
      '이 키를 가진 사람은 누구나 지갑 안의 것을 옮길 수 있으니 아무에게도 알려 주지 마세요. 저희도 묻지 않아요.',
    ],
    action: null,
    unasked:
      '직접 하지 않았다면 비밀번호를 바꾸고, 지갑에 있는 것을 다른 계정으로 옮긴 다음 고객센터에 알려 주세요.',
  }),
};
