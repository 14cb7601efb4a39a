-- What packages offer and ask for, so that an order of builds is found without opening their files. The bytes' form is in Skyline.Rpm/Planning/CapabilityBytes.cs.
CREATE TABLE package_capabilities (
    rpm_id INTEGER PRIMARY KEY REFERENCES rpms(id) ON DELETE CASCADE,
    -- Provides and files; of a source package: nothing.
    offers BLOB NOT NULL,
    -- Requires (of a source package: to be built), conflicts, obsoletes. Behind what is read more often.
    asks BLOB NOT NULL
);

-- Of source packages that came to be built, by their bytes.
CREATE TABLE source_capabilities (
    srpm_sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    evr TEXT NOT NULL,
    asks BLOB NOT NULL
);
