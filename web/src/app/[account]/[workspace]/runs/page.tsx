import { RunsPage } from '@/features/runs/runs-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <RunsPage />;
}
