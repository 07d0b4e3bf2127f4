import { AccountPage } from '@/features/tenancy/account-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <AccountPage />;
}
