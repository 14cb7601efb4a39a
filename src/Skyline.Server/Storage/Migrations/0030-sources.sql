-- Builders say which version of the contract they speak: 1 builds; 2 makes source packages too. Who says nothing speaks the first.
ALTER TABLE builders ADD COLUMN protocol INTEGER NOT NULL DEFAULT 1;
CREATE TRIGGER fleet_builder_learns AFTER UPDATE OF protocol ON builders WHEN old.protocol IS NOT new.protocol BEGIN UPDATE fleet SET revision = revision + 1; END;

-- A task that makes a source package names 'src' among its hosts, which is no builder's architecture: it tells its line from those that anybody
-- of these architectures can do.
INSERT OR IGNORE INTO task_hosts (task_id, arch) SELECT id, 'src' FROM build_tasks WHERE kind = 'buildSRPM' AND state IN ('Waiting', 'Running');
DROP VIEW task_builders;
CREATE VIEW task_builders AS
SELECT t.id AS task_id, a.builder_id AS builder_id, a.arch AS arch, a.is_foreign AS is_foreign
FROM build_tasks t JOIN task_hosts h ON h.task_id = t.id JOIN builder_arches a ON a.arch = h.arch
  JOIN builds b ON b.id = t.build_id JOIN targets d ON d.id = b.target_id JOIN tags g ON g.id = d.build_tag_id
  LEFT JOIN chroot_engines k ON k.chroot = g.chroot LEFT JOIN task_runs l ON l.id = t.like_run_id LEFT JOIN recipes p ON p.sha256 = l.recipe_sha256
  JOIN builder_engines e ON e.builder_id = a.builder_id AND e.engine = coalesce(p.engine, k.engine)
  JOIN channel_builders c ON c.builder_id = a.builder_id AND c.channel_id = d.channel_id
WHERE t.kind <> 'buildSRPM' OR EXISTS (SELECT 1 FROM builders o WHERE o.id = a.builder_id AND o.protocol >= 2);

-- Whether a build from Git wants its submodules, and its files in Git LFS.
ALTER TABLE build_sources ADD COLUMN submodules INTEGER NOT NULL DEFAULT 1;
ALTER TABLE build_sources ADD COLUMN lfs INTEGER NOT NULL DEFAULT 1;

-- Which commits its submodules were: noted for ever, as its own is.
CREATE TABLE build_submodules (
    build_id INTEGER NOT NULL REFERENCES builds(id),
    path TEXT NOT NULL,
    url TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    PRIMARY KEY (build_id, path)
) WITHOUT ROWID;

-- What opens private repositories: a user's name there and a password or token, which is sealed as signing keys are.
CREATE TABLE git_credentials (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose builds it is for; null: everybody's.
    person_id INTEGER REFERENCES users(id),
    -- "https://HOST/PATH": what is at this address and below it.
    address TEXT NOT NULL,
    user_name TEXT NOT NULL,
    secret BLOB NOT NULL,
    made_by INTEGER NOT NULL REFERENCES users(id),
    created_at INTEGER NOT NULL,
    used_at INTEGER
);
CREATE UNIQUE INDEX git_credentials_address ON git_credentials (coalesce(person_id, 0), address);
