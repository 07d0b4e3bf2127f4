import { FlowsPage } from '@/features/flows/flows-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <FlowsPage />;
}
