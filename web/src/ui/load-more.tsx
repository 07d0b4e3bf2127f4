import { Button } from './button';

type Props = { hasMore: boolean; loading: boolean; onMore: () => void };

export const LoadMore = ({ hasMore, loading, onMore }: Props) =>
  hasMore && (
    <div className="flex justify-center border-t border-line p-3">
      <Button loading={loading} onClick={onMore}>
        Load more
      </Button>
    </div>
  );
