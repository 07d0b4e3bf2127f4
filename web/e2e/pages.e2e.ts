// One started system for all parts; the last looks at what the others left behind.
import './pages/home-and-links';
import './pages/forms';
import './pages/lists';
import './pages/one-run';
import './pages/schedules';
import './pages/every-page';
