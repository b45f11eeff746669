import { index, layout, type RouteConfig, route } from '@react-router/dev/routes';

export default [
  index('routes/welcome.tsx'),
  route('signup', 'routes/signup.tsx'),
  route('login', 'routes/login.tsx'),
  route('logout', 'routes/logout.ts'),
  route('goodbye', 'routes/goodbye.tsx'),
  route('language', 'routes/language.ts'),
  route('theme', 'routes/theme.ts'),
  route('wallet-setup', 'routes/wallet-setup.tsx'),
  layout('routes/signed-in.tsx', [
    route('home', 'routes/home.tsx'),
    route('chat/:id', 'routes/chat/$id.tsx'),
    route('wallet', 'routes/wallet.tsx'),
    route('account', 'routes/account.tsx'),
  ]),
  route('admin/enter', 'routes/admin/enter.tsx'),
  layout('routes/admin/frame.tsx', [
    route('admin/wallets', 'routes/admin/wallets.tsx'),
    route('admin/wallets/:userId', 'routes/admin/wallet.tsx'),
  ]),
  route('api/auth/*', 'routes/api/auth.ts'),
  route('api/wallet', 'routes/api/wallet/request.ts'),
  route('api/wallet/status', 'routes/api/wallet/status.ts'),
  route('api/wallet/events', 'routes/api/wallet/events.ts'),
  route('api/wallet/retry', 'routes/api/wallet/retry.ts'),
  route('api/chat/:id', 'routes/api/chat.ts'),
  route('api/cron/wallets', 'routes/api/cron/wallets.ts'),
  route('healthz', 'routes/healthz.ts'),
  route('readyz', 'routes/readyz.ts'),
  route('metrics', 'routes/metrics.ts'),
  route('*', 'routes/not-found.tsx'),
] satisfies RouteConfig;
