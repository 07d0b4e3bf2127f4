import { RunPage } from '@/features/run-page/run-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <RunPage />;
}
