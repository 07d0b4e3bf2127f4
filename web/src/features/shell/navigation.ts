import { Boxes, House, Rocket, Server, Workflow, type LucideIcon } from 'lucide-react';
import { paths, type Place } from '@/lib/paths';

export type NavEntry = { section: string | null; label: string; icon: LucideIcon; href: (place: Place) => string };

/** The pages of a workspace, as the side bar and the command palette list them. */
export const navigation: NavEntry[] = [
  { section: null, label: 'Home', icon: House, href: paths.home },
  { section: 'runs', label: 'Runs', icon: Workflow, href: (place) => paths.runs(place) },
  { section: 'flows', label: 'Flows', icon: Boxes, href: paths.flows },
  { section: 'deployments', label: 'Deployments', icon: Rocket, href: paths.deployments },
  { section: 'work-pools', label: 'Work pools', icon: Server, href: paths.workPools },
];
