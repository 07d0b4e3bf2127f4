import { FlowPage } from '@/features/flows/flow-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <FlowPage />;
}
