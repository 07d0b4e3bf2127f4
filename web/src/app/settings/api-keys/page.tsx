import { ApiKeysPage } from '@/features/tenancy/api-keys-page';
export default function Page() {
  return <ApiKeysPage />;
}
