import { StartPage } from '@/features/tenancy/start-page';
export default function Page() {
  return <StartPage />;
}
