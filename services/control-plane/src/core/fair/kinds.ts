/** What a request does to its neighbours. */
export type Kind = 'light' | 'reading' | 'bulk' | 'ingest';

const bulk = /bulk|\/headgate\/deployments\/:[^/]+\/flow_runs$/;
const ingest = /^\/api\/(logs|events)$/;
const reading =
  /\/(filter|filter-minimal|count|count-[^/]+|paginate|history|lateness|next|next-runs|dashboard[^/]*|counts|graph|graph-v2|graphql|download)$|\/count-by\//;

/** By the pattern of the route, looked up once for each. */
export function kindOf(method: string, route: string): Kind {
  const path = route.replace(/\/$/, '');
  if (bulk.test(path)) return 'bulk';
  if (method === 'POST' && ingest.test(path)) return 'ingest';
  return reading.test(path) ? 'reading' : 'light';
}
