import { SignInPage } from '@/features/tenancy/sign-in-page';
export default function Page() {
  return <SignInPage />;
}
