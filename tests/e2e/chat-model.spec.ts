import type { Page } from '@playwright/test';
import { type FakeChatModel, startFakeChatModel } from '../fakes/fake-chat-model.ts';
import { type AppServer, startAppServer } from './app-server.ts';
import { test as plainTest, signUpWithWallet } from './test.ts';

/** A server whose characters are played by a fake model on loopback. */
const test = plainTest.extend<{ room: Page }, { model: FakeChatModel; server: AppServer }>({
  model: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern
    async ({}, use) => {
      const model = await startFakeChatModel(({ end }) => end());
      await use(model);
      await model.close();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ model }, use) => {
      const env = { CHAT_MODEL: 'openai-compatible:small', CHAT_BASE_URL: model.baseUrl };
      const server = await startAppServer({ env });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  /** 초춘심's chat room, open. */
  room: async ({ page }, use) => {
    await signUpWithWallet(page);
    await page.goto('/chat/choonsim');
    await use(page);
  },
});
const { expect } = test;

const composer = (page: Page) => page.getByRole('textbox', { name: '메시지' });
const replies = (page: Page) => page.locator('[data-role=assistant] [aria-busy=false]');

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

test('a reply streams in, markdown is drawn, raw HTML and pictures are not', async ({
  room,
  model,
}) => {
  let goOn = () => {};
  model.behave(({ say: speak, end }) => {
    speak('봄에는 **산책**');
    goOn = () => {
      speak(
        '이 좋아요.\n\n- 하나\n- 둘\n\n<b onclick="alert(1)">굵게</b> ![x](http://a.test/x.png)',
      );
      end();
    };
  });
  await say(room, '뭐 할까?');
  await expect(room.locator('[data-role=assistant] strong')).toHaveText('산책');
  await expect(room.locator('[data-role=assistant] [aria-busy=true]')).toBeVisible();
  goOn();
  await expect(replies(room).getByRole('listitem')).toHaveText(['하나', '둘']);
  await expect(replies(room).locator('b, img')).toHaveCount(0);
  expect(model.requests.at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: '뭐 할까?' });
  await room.reload();
  await expect(replies(room).getByRole('listitem')).toHaveText(['하나', '둘']);
});

test.describe('when the markdown code cannot be loaded', () => {
  test.use({ allowedComplaint: /ERR_FAILED/ });

  test('replies are plain text, and the page works', async ({ room, model }) => {
    await room.route('**/assets/Markdown-*.js', (route) => route.abort());
    model.behave(({ say: speak, end }) => {
      speak('봄에는 **산책**');
      end();
    });
    await say(room, '뭐 할까?');
    await expect(replies(room)).toContainText('봄에는 **산책**');
    await room.reload();
    await expect(replies(room)).toContainText('봄에는 **산책**');
    await say(room, '그리고?');
    await expect(replies(room)).toHaveCount(2);
    await expect(replies(room).last()).toContainText('봄에는 **산책**');
  });
});

test('a stopped reply keeps its text so far, and the model’s request is aborted', async ({
  room,
  model,
}) => {
  model.behave(({ say: speak }) => speak('옛날 옛적에'));
  await say(room, '이야기해 줘');
  await expect(room.locator('[data-role=assistant]')).toContainText('옛날 옛적에');
  await room.getByRole('button', { name: '답장 멈추기' }).click();
  await expect(room.getByText('답장을 멈췄어요.')).toBeVisible();
  await model.requests.at(-1)?.left;
  await room.reload();
  await expect(replies(room)).toContainText('옛날 옛적에');

  model.behave(({ say: speak, end }) => {
    speak('다시 들려줄게요.');
    end();
  });
  await room.getByRole('button', { name: '다른 답장 받기' }).click();
  await expect(replies(room)).toContainText('다시 들려줄게요.');
  await room.reload();
  await expect(replies(room)).toHaveCount(1);
  await expect(replies(room)).toContainText('다시 들려줄게요.');
});

test('the earlier reply stays until the new one has its first word', async ({ room, model }) => {
  model.behave(({ say: speak, end }) => {
    speak('첫 번째 대답');
    end();
  });
  await say(room, '뭐 할까?');
  await expect(replies(room)).toContainText('첫 번째 대답');
  let goOn = () => {};
  model.behave(({ say: speak, end }) => {
    goOn = () => {
      speak('두 번째 대답');
      end();
    };
  });
  const asked = model.requests.length;
  await room.getByRole('button', { name: '다른 답장 받기' }).click();
  const writing = room.locator('[data-role=assistant] [aria-busy=true]');
  await expect(writing).toContainText('첫 번째 대답');
  await expect.poll(() => model.requests.length).toBe(asked + 1);
  await room.reload();
  await expect(writing).toContainText('첫 번째 대답');
  goOn();
  await expect(replies(room)).toContainText('두 번째 대답');
  await expect(room.getByText('첫 번째 대답')).toHaveCount(0);
  expect(model.requests.length).toBe(asked + 1);

  // A new reply stopped before its first word leaves the earlier one in place.
  model.behave(() => {});
  await room.getByRole('button', { name: '다른 답장 받기' }).click();
  await expect(writing).toContainText('두 번째 대답');
  await room.getByRole('button', { name: '답장 멈추기' }).click();
  await expect(replies(room)).toContainText('두 번째 대답');
  await expect(room.getByText('답장을 멈췄어요.')).toBeVisible();
  await room.reload();
  await expect(replies(room)).toContainText('두 번째 대답');
});

test('the loaded page shows that a reply is being written', async ({ room, model }) => {
  let goOn = () => {};
  model.behave(({ say: speak, end }) => {
    goOn = () => {
      speak('여기 있어요.');
      end();
    };
  });
  const asked = model.requests.length;
  await say(room, '어디 있어?');
  await expect.poll(() => model.requests.length).toBe(asked + 1);
  const html = await (await room.request.get(room.url())).text();
  expect(html).toContain('초춘심 입력 중');
  expect(html).not.toContain('아직 답장을 받지 못했어요.');
  goOn();
  await expect(replies(room)).toContainText('여기 있어요.');
});

test('a reply continues after the page is left, and a returning page joins it', async ({
  room,
  model,
}) => {
  let goOn = () => {};
  model.behave(({ say: speak, end }) => {
    speak('나는 여기에서');
    goOn = () => {
      speak(' 기다리고 있었어요.');
      end();
    };
  });
  const asked = model.requests.length;
  await say(room, '어디 있어?');
  await expect(room.locator('[data-role=assistant]')).toContainText('나는 여기에서');
  await room.reload();
  await expect(room.locator('[data-role=assistant] [aria-busy=true]')).toContainText(
    '나는 여기에서',
  );
  goOn();
  await expect(replies(room)).toContainText('나는 여기에서 기다리고 있었어요.');
  expect(model.requests.length).toBe(asked + 1);
});

test('the focus stays where the user continues', async ({ room, model }) => {
  let goOn = () => {};
  model.behave(({ say: speak, end }) => {
    speak('그래서');
    goOn = end;
  });
  const field = composer(room);
  const stop = room.getByRole('button', { name: '답장 멈추기' });
  const send = room.getByRole('button', { name: '보내기' });
  // By keyboard: the pressed button disappears, and the field takes the focus.
  await room.getByRole('button', { name: '나를 좀 칭찬해 줘.' }).press('Enter');
  await expect(stop).toBeVisible();
  await expect(field).toBeFocused();
  await expect(room.locator('[data-role=assistant]')).toContainText('그래서');
  goOn();
  await expect(send).toBeVisible();
  await room.getByRole('button', { name: '다른 답장 받기' }).press('Enter');
  await expect(stop).toBeVisible();
  await expect(field).toBeFocused();
  await stop.press('Enter');
  await expect(send).toBeFocused();

  await field.fill('뭐 할까?');
  await send.press('Enter');
  await expect(stop).toBeFocused();
  await stop.press('Enter');
  await expect(send).toBeFocused();
  // With the mouse: the field keeps the focus.
  await field.fill('그리고?');
  await send.click();
  await expect(stop).toBeVisible();
  await expect(field).toBeFocused();
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, isMobile: true });

  test('sending an opener does not open the keyboard', async ({ room, model }) => {
    model.behave(({ say: speak }) => speak('그래서'));
    await room.getByRole('button', { name: '나를 좀 칭찬해 줘.' }).tap();
    await expect(room.getByRole('button', { name: '답장 멈추기' })).toBeFocused();
  });
});

test('the history is sent with the next message', async ({ room, model }) => {
  model.behave(({ say: speak, end }) => {
    speak('반가워요.');
    end();
  });
  await say(room, '나는 유리야');
  await expect(replies(room)).toHaveCount(1);
  await say(room, '내 이름이 뭐라고 했지?');
  await expect(replies(room)).toHaveCount(2);
  expect(model.requests.at(-1)?.messages.slice(1)).toEqual([
    { role: 'user', content: '나는 유리야' },
    { role: 'assistant', content: '반가워요.' },
    { role: 'user', content: '내 이름이 뭐라고 했지?' },
  ]);
});

test.describe('when the model refuses', () => {
  test.use({ allowedComplaint: /status of 50[234]|ERR_/ });

  test('a kind sentence gives the reason, the message stays, and a retry gets the reply', async ({
    room,
    model,
  }) => {
    model.behave(({ refuse }) => refuse(429));
    await say(room, '바빠?');
    await expect(room.getByText('지금 이야기 나누는 분이 많아요.')).toBeVisible();
    await expect(composer(room)).toHaveValue('');
    await room.reload();
    await expect(room.locator('[data-role=user]')).toContainText('바빠?');
    await expect(room.getByText('아직 답장을 받지 못했어요.')).toBeVisible();
    model.behave(({ say: speak, end }) => {
      speak('이제 괜찮아요.');
      end();
    });
    await room.getByRole('button', { name: '다시 받기' }).click();
    await expect(replies(room)).toContainText('이제 괜찮아요.');
    await expect(room.locator('[data-role=user]')).toHaveCount(1);
  });

  test('if another reply fails, the existing one stays and the error is shown', async ({
    room,
    model,
  }) => {
    model.behave(({ say: speak, end }) => {
      speak('첫 번째 대답');
      end();
    });
    await say(room, '뭐 할까?');
    await expect(replies(room)).toContainText('첫 번째 대답');
    const again = room.getByRole('button', { name: '다른 답장 받기' });
    model.behave(({ refuse }) => refuse(429));
    await again.click();
    await expect(room.getByText('지금 이야기 나누는 분이 많아요.')).toBeVisible();
    await expect(replies(room)).toContainText('첫 번째 대답');
    await room.route('**/api/chat/**', (route) => route.abort());
    await again.click();
    await expect(room.getByText('연결을 확인하고 다시 받아 주세요.')).toBeVisible();
    await expect(room.getByText('메시지를 보내지 못했어요.')).toHaveCount(0);
    await expect(replies(room)).toContainText('첫 번째 대답');
    await expect(composer(room)).toHaveValue('');
  });

  test('a reply cut off in the middle can be requested again', async ({ room, model }) => {
    let cutOff = () => {};
    model.behave(({ say: speak, cut }) => {
      speak('그러니까');
      cutOff = cut;
    });
    await say(room, '왜?');
    await expect(room.locator('[data-role=assistant]')).toContainText('그러니까');
    cutOff();
    await expect(room.getByText('답장이 중간에 끊겼어요.')).toBeVisible();
    model.behave(({ say: speak, end }) => {
      speak('그래서 그래요.');
      end();
    });
    await room.getByRole('button', { name: '다른 답장 받기' }).click();
    await expect(replies(room)).toContainText('그래서 그래요.');
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false, allowedComplaint: /status of 502/ });

  test('a message gets a reply, and a failed reply can be requested again', async ({
    room,
    model,
  }) => {
    model.behave(({ refuse }) => refuse(503));
    await composer(room).fill('안녕');
    await room.getByRole('button', { name: '보내기' }).click();
    await expect(room.getByText('지금 이야기 나누는 분이 많아요.')).toBeVisible();
    model.behave(({ say: speak, end }) => {
      speak('안녕하세요.');
      end();
    });
    await room.getByRole('button', { name: '다시 받기' }).click();
    await expect(replies(room)).toContainText('안녕하세요.');
    await expect(room.locator('[data-role=user]')).toHaveCount(1);
  });
});

test('crisis messages and “are you human?” never reach the model; harmful replies are replaced', async ({
  room,
  model,
}) => {
  const asked = model.requests.length;
  await say(room, '너 AI야?');
  await expect(replies(room).last()).toContainText('사람이 아니라 AI');
  await say(room, '진짜 사라지고 싶어');
  await expect(room.getByRole('link', { name: /자살예방상담전화/ })).toHaveAttribute(
    'href',
    'tel:109',
  );
  expect(model.requests.length).toBe(asked);
});

test('a reply that urges harm or claims to be a person is withdrawn', async ({ room, model }) => {
  model.behave(({ say: speak, end }) => {
    speak('음, 글쎄. 그냥 ');
    speak('죽어 버려. 그게 ');
    speak('나아.');
    end();
  });
  await say(room, '요즘 너무 지쳐');
  await expect(room.getByRole('link', { name: /자살예방상담전화/ })).toBeVisible();
  await expect(room.getByText('죽어 버려')).toHaveCount(0);
  await room.reload();
  await expect(room.getByRole('link', { name: /자살예방상담전화/ })).toBeVisible();
  await expect(room.getByText('글쎄')).toHaveCount(0);

  await room.goto(new URL('/chat/haru', room.url()).href);
  model.behave(({ say: speak, end }) => {
    speak('물론이죠. 저는 진짜 사람이에요.');
    end();
  });
  await say(room, '직업이 뭐예요?');
  await expect(replies(room).last()).toContainText('사람이 아니라 AI 캐릭터');
  expect(model.requests.at(-1)?.messages[0]?.content).toContain('"유리"');
});
