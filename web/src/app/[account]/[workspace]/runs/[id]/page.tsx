import { RunPage } from '@/features/runs/run-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <RunPage />;
}
