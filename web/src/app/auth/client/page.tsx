import { ClientLoginPage } from '@/features/tenancy/client-login-page';
export default function Page() {
  return <ClientLoginPage />;
}
