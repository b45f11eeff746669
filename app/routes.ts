import { index, layout, type RouteConfig, route } from '@react-router/dev/routes';

export default [
  index('routes/welcome.tsx'),
  route('signup', 'routes/signup.tsx'),
  route('login', 'routes/login.tsx'),
  route('logout', 'routes/logout.ts'),
  route('language', 'routes/language.ts'),
  route('wallet-setup', 'routes/wallet-setup.tsx'),
  layout('routes/signed-in.tsx', [
    route('home', 'routes/home.tsx'),
    route('chat/:id', 'routes/chat/$id.tsx'),
  ]),
  route('api/auth/*', 'routes/api/auth.ts'),
  route('api/wallet', 'routes/api/wallet/request.ts'),
  route('api/wallet/status', 'routes/api/wallet/status.ts'),
  route('api/wallet/retry', 'routes/api/wallet/retry.ts'),
  route('api/chat/:id', 'routes/api/chat.ts'),
  route('api/cron/wallets', 'routes/api/cron/wallets.ts'),
  route('healthz', 'routes/healthz.ts'),
  route('readyz', 'routes/readyz.ts'),
  route('*', 'routes/not-found.tsx'),
] satisfies RouteConfig;
