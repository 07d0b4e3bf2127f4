import { TaskRunPage } from '@/features/task-runs/task-run-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <TaskRunPage />;
}
