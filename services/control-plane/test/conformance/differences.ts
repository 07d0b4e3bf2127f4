/** Where we differ from the published interface on purpose: the differences that a pattern matches, and why. */
export const onPurpose: [difference: RegExp, why: string][] = [
  [/ body\.limit: (minimum|maximum)/, 'the published document says the bounds of pages in prose only'],
  [/^post \/artifacts\/ 200: not answered/, 'every artifact is new, and what is new is answered with 201'],
  [/templates\/validate 200: not answered/, 'the server answers 204, too'],
  [/\.name: is null \| string and not string/, 'the server makes a name up for null, and clients send null'],
  [/\.name: pattern is .* and not none/, 'said in prose there: other names are refused by the server, too'],
  [/\.(key|slug): pattern is .* and not none/, 'said in prose there: other keys are refused by the server, too'],
  [
    /block_documents\/ body\.name: (pattern|minLength)/,
    'said in prose there: other names are refused by the server, too',
  ],
  [/block_types\/ body\.slug: minLength/, 'a type without a slug has no address'],
  [/max_scheduled_runs: maximum is 50/, 'said in prose there: more are refused by the server, too'],
  [/retry_jitter_factor: minimum is 0/, 'said in prose there: less is refused by the server, too'],
  [/cache_key: maxLength is 2000/, 'said in prose there: longer ones are refused by the server, too'],
  [/\.event: maxLength is 1024/, 'said in prose there: longer ones are refused by the server, too'],
  [/schedule\.timezone: pattern/, 'time zones are checked against those of the runtime, not of a list'],
  [/: maximum is 2147483647/, 'what the columns hold; the server fails above it'],
  [
    /logs\/ .*level: (minimum|maximum)/,
    'what the column holds, there on Postgres too, where the server fails beyond it',
  ],
  [/concurrency_limits\/ body\.(concurrency_limit|slots): minimum is [01]/, 'no limit is below nothing'],
  [/\/schedule body\.(min|max)_runs: minimum/, 'nobody asks for less than nothing'],
  [/ body\.(branch|base|root): ours alone/, 'clients of a managed cloud send them; kept out of the way'],
  [/(flows|deployments)\/\{id\} body\.labels: ours alone/, 'a managed cloud takes them'],
  [/\.catch_up: ours alone/, 'how missed runs are caught up on: answered only where somebody has said it'],
  [
    /\.note: ours alone/,
    'what the hour that comes twice does to a schedule: answered only where there is something to say',
  ],
  [/history_interval/, 'a managed cloud names the interval otherwise'],
  [/ body\.variables\.value: ours alone/, 'a managed cloud finds variables by their value'],
  [/ body\[\]\.worker_id: ours alone/, 'workers of a managed cloud log under their own id'],
  [/default_result_storage_block_id: not always there/, 'old clients refuse what they do not know, and do not get it'],
  [/flow_run\.work_pool_(id|name): ours alone/, 'the run is the same behind every door'],
  [/^get \/csrf-token/, 'keys need no CSRF protection: only a client that is too old for its mode gets a token'],
  [/^get \/admin\/settings 200/, 'of the settings, the one that clients read'],
  [
    /^post \/flow_runs\/\{id\}\/labels|^patch \/flow_runs\/\{id\}\/labels body/,
    'labels are plain values; others break the run there',
  ],
  [/queues.* body\.name: is string and not null/, 'a null breaks on the table there'],
  [/^patch \/variables.* body\.(name|tags): is/, 'a null breaks on the table there'],
  [/heartbeat body\.(return_id|metadata): ours alone/, 'workers of a managed cloud send them'],
  [
    / (body(\[\])?(\.tags(\[\])?)?: )(maxItems|maxLength) is/,
    'every list has an end here, tags and log lines an early one',
  ],
  [/\.(like_|startswith_\[\]|prefix): maxLength is 1000/, 'a part of a name is looked for in many rows: it has an end'],
  [
    /flow_run.* body(\[\])?\.name: maxLength is 4096/,
    'found by their parts: on Postgres the server fails with most longer ones',
  ],
  [/\.related: maxItems is 100/, 'said in prose there: more are refused by the server, too'],
  [/templates\/validate body: is object/, 'an empty body is an empty template'],
  [/ body\.schedules: maxItems is 100/, 'every list has an end here'],
  [/ 422\./, 'said as a Prefect server says it in truth: its document tells of the framework beneath it'],
  [/automations/, 'automations come with their own issue'],
];

/** Automations come with their own issue, and their names with them. */
export const later = / \/automations/;

/** Where a published name is not ours on purpose, or where we have one for what they leave without. */
export const namedOnPurpose: [difference: RegExp, why: string][] = [
  [/^post \/artifacts 200/, 'every artifact is new, and what is new is answered with 201'],
  [/^get \/(collections|accounts)\/\S+ 200/, 'they say nothing of what stands there'],
  [/^get \/csrf-token|^CsrfToken/, 'there is no CSRF protection to get a token for: keys need none'],
  [/Settings: is undefined/, 'of the settings, the one that clients read'],
  [/AccountPlanTier|AccountDefaultResultStorage/, 'there are no plans, and results are stored by workspaces'],
];
