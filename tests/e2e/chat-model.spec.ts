import type { Page } from '@playwright/test';
import { type FakeChatModel, startFakeChatModel } from '../fakes/fake-chat-model.ts';
import { type AppServer, startAppServer } from './app-server.ts';
import { fillSignUp, newVisitor, test as plainTest } from './test.ts';

/** A server whose characters are played by a model on loopback. */
const test = plainTest.extend<{ model: FakeChatModel; room: Page }, { modelServer: ModelServer }>({
  modelServer: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern
    async ({}, use) => {
      const model = await startFakeChatModel(({ end }) => end());
      const env = { CHAT_MODEL: 'openai-compatible:small', CHAT_BASE_URL: model.baseUrl };
      const server = await startAppServer({ env });
      await use({ model, server });
      await server.stop();
      await model.close();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  model: async ({ modelServer }, use) => use(modelServer.model),
  /** 초춘심's room, open. */
  room: async ({ page, modelServer }, use) => {
    const { url } = modelServer.server;
    await fillSignUp(page, newVisitor(), url);
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await page.waitForURL('**/home');
    await expect
      .poll(async () => (await page.request.get(`${url}/api/wallet/status`)).json())
      .toMatchObject({ isReady: true });
    await page.goto(`${url}/chat/choonsim`);
    await use(page);
  },
});
const { expect } = test;

interface ModelServer {
  readonly model: FakeChatModel;
  readonly server: AppServer;
}

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

test('a stopped reply stays as far as it came, and the model is hung up on', async ({
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

test('a reply goes on while nobody looks, and is joined in the middle', async ({ room, model }) => {
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

test('history goes along with the next message', async ({ room, model }) => {
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

  test('the reason is told kindly, the message stays, and trying again answers it', async ({
    room,
    model,
  }) => {
    model.behave(({ refuse }) => refuse(429));
    await say(room, '바빠?');
    await expect(room.getByText('지금은 이야기하려는 분이 많아요.')).toBeVisible();
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

  test('a reply cut off in the middle can be asked for again', async ({ room, model }) => {
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

  test('a message is answered, and a refused one can be asked for again', async ({
    room,
    model,
  }) => {
    model.behave(({ refuse }) => refuse(503));
    await composer(room).fill('안녕');
    await room.getByRole('button', { name: '보내기' }).click();
    await expect(room.getByText('지금은 이야기하려는 분이 많아요.')).toBeVisible();
    model.behave(({ say: speak, end }) => {
      speak('안녕하세요.');
      end();
    });
    await room.getByRole('button', { name: '다시 받기' }).click();
    await expect(replies(room)).toContainText('안녕하세요.');
    await expect(room.locator('[data-role=user]')).toHaveCount(1);
  });
});
