import { HomePage } from '@/features/home/home-page';
export { onePlaceholder as generateStaticParams } from '@/lib/placeholder';

export default function Page() {
  return <HomePage />;
}
