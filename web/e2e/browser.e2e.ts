// One started system and one browser for all parts: both are dear. The last part looks at what the others left behind.
import './main-job';
import './policy';
import './pages/home-and-links';
import './pages/accounts';
import './pages/forms';
import './pages/lists';
import './pages/one-run';
import './pages/newcomer';
import './pages/schedules';
import './pages/keyboard';
import './pages/every-page';
import './pages/server-away';
