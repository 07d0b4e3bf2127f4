import { DeploymentsPage } from '@/features/deployments/deployments-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <DeploymentsPage />;
}
