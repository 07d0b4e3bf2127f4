import { DeploymentPage } from '@/features/deployments/deployment-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <DeploymentPage />;
}
