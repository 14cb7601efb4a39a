-- What a forge tells of a repository becomes builds: hooks, what came to them, and what was built of it.

CREATE TABLE hooks (
    id INTEGER PRIMARY KEY,
    -- What its address ends in: as hard to guess as a token, but no secret.
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    forge TEXT NOT NULL CHECK (forge IN ('GitHub', 'GitLab', 'Forgejo', 'Gitea', 'Pagure')),
    -- The one repository that is ever built from, whatever a delivery says.
    url TEXT NOT NULL,
    target_id INTEGER NOT NULL REFERENCES targets(id),
    -- NULL: by its host.
    method TEXT CHECK (method IN ('Spec', 'DistGit', 'MakeSrpm')),
    -- '': the top.
    subdirectory TEXT NOT NULL,
    -- Globs, a line each; '': none.
    branches TEXT NOT NULL,
    tags TEXT NOT NULL,
    paths TEXT NOT NULL,
    pull_requests TEXT NOT NULL CHECK (pull_requests IN ('Nobody', 'Members', 'Anybody')),
    scratch INTEGER NOT NULL,
    -- As whom its builds run, and only while they may.
    owner_id INTEGER NOT NULL REFERENCES users(id),
    -- The one before is good for a while after it was replaced. NULL: the hook is removed.
    secret_id INTEGER REFERENCES sealed_secrets(id) ON DELETE SET NULL,
    earlier_secret_id INTEGER REFERENCES sealed_secrets(id) ON DELETE SET NULL,
    earlier_until INTEGER,
    -- What the forge is told statuses with; NULL: it is told nothing.
    forge_token_id INTEGER REFERENCES sealed_secrets(id) ON DELETE SET NULL,
    -- Where the forge's API is; NULL: where that kind of forge has it.
    api TEXT,
    -- What people know this server by, for links in statuses.
    server TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX hooks_secrets ON hooks (secret_id);
CREATE INDEX hooks_earlier ON hooks (earlier_secret_id) WHERE earlier_secret_id IS NOT NULL;
CREATE INDEX hooks_tokens ON hooks (forge_token_id) WHERE forge_token_id IS NOT NULL;
CREATE UNIQUE INDEX hooks_name ON hooks (name) WHERE removed_at IS NULL;
CREATE INDEX hooks_owner ON hooks (owner_id) WHERE removed_at IS NULL;

-- What came with a good signature, and what was made of it. The oldest go when there are too many of one hook's.
CREATE TABLE hook_deliveries (
    id INTEGER PRIMARY KEY,
    hook_id INTEGER NOT NULL REFERENCES hooks(id),
    at INTEGER NOT NULL,
    -- As the forge names it, where it does; it is not signed everywhere.
    delivery TEXT,
    -- SHA-256 of the body: what came is known again by it.
    digest TEXT NOT NULL,
    -- How often it came again, and when last.
    repeats INTEGER NOT NULL DEFAULT 0,
    repeated_at INTEGER,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('Built', 'Skipped', 'Held', 'Refused', 'Cancelled')),
    said TEXT NOT NULL,
    -- What would be built: "branch main", "tag v1", "pull request 7"; NULL: nothing.
    line TEXT,
    commit_id TEXT,
    before_id TEXT,
    number INTEGER,
    build_id INTEGER REFERENCES builds(id)
);
CREATE UNIQUE INDEX hook_deliveries_digest ON hook_deliveries (hook_id, digest);
CREATE INDEX hook_deliveries_newest ON hook_deliveries (hook_id);
CREATE INDEX hook_deliveries_name ON hook_deliveries (hook_id, delivery) WHERE delivery IS NOT NULL;

-- A commit is built once for a branch, a tag or a pull request, however often it is told of.
CREATE TABLE hook_builds (
    build_id INTEGER PRIMARY KEY REFERENCES builds(id),
    hook_id INTEGER NOT NULL REFERENCES hooks(id),
    line TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    -- What the branch was before.
    before_id TEXT,
    -- Of a pull request.
    number INTEGER,
    -- What the forge was told last; NULL: nothing yet; 'Never': it is told nothing.
    told TEXT CHECK (told IN ('Pending', 'Success', 'Failure', 'Error', 'Never')),
    -- The last of what it is told, in the outbox as long as that is kept.
    delivery_id INTEGER REFERENCES deliveries(id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX hook_builds_commit ON hook_builds (hook_id, line, commit_id);
CREATE INDEX hook_builds_newest ON hook_builds (hook_id, build_id);
CREATE INDEX hook_builds_delivery ON hook_builds (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX hook_builds_untold ON hook_builds (build_id) WHERE told IS NULL OR told = 'Pending';
