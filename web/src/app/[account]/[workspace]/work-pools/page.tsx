import { ConnectButton } from '@/features/connect/connect-button';
import { WorkPoolsPage } from '@/features/work-pools/work-pools-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <WorkPoolsPage connect={<ConnectButton />} begin={<ConnectButton primary />} />;
}
