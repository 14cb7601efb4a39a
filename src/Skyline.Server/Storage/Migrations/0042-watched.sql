-- Written whenever somebody asks whether the database can be: by /readyz.
CREATE TABLE ready (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL
);
INSERT INTO ready VALUES (1, 0);

-- Of builds and runs whose way is traced: what comes after is told as part of this span (W3C's traceparent). Without tracing nothing is in them.
CREATE TABLE build_traces (
    build_id INTEGER PRIMARY KEY REFERENCES builds(id) ON DELETE CASCADE,
    parent TEXT NOT NULL
);
CREATE TABLE run_traces (
    run_id INTEGER PRIMARY KEY REFERENCES task_runs(id) ON DELETE CASCADE,
    parent TEXT NOT NULL
);
