import { NoSuchPlace } from '@/features/shell/workspace-shell';

export default function NotFound() {
  return <NoSuchPlace />;
}
