import { SignUpPage } from '@/features/tenancy/sign-up-page';
export default function Page() {
  return <SignUpPage />;
}
