namespace Skyline.Server;

/// <summary>What can be set, by `Skyline:Name` in a configuration file or `Skyline__Name` in the environment. Nothing must be.</summary>
public sealed class SkylineSettings
{
    /// <summary>Folder of the database, the blobs, the logs and the keys.</summary>
    public string Data { get; set; } = "/var/lib/skyline";

    /// <summary>The PostgreSQL that the database is in, as Npgsql has it (Host=…;Username=…;Database=…), and that other servers of the same data folder may share; empty: SQLite, a file in the data folder.</summary>
    public string Database { get; set; } = "";

    /// <summary>Folder of chroot definitions, a JSON file each.</summary>
    public string Chroots { get; set; } = "/usr/share/skyline/chroots";

    /// <summary>What this instance is called: in the bar above its pages, in mails and feeds.</summary>
    public string Name { get; set; } = "Skyline";

    /// <summary>The tag and target that the first start makes; empty: the first visit asks what to build for.</summary>
    public string FirstTag { get; set; } = "";

    /// <summary>The chroot definition of the first tag; empty: the one named like the tag, with or without a version.</summary>
    public string FirstChroot { get; set; } = "";

    /// <summary>The file that the signing keys in the database are encrypted with, made on first use; empty: keys/seal.key in the data folder.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Who signs: the user id of the OpenPGP key that the instance makes.</summary>
    public string SigningIdentity { get; set; } = "Skyline <skyline@localhost>";

    /// <summary>Ed25519 or Rsa4096 (for clients whose rpm is older than 4.17), or RSA of another size.</summary>
    public Rpm.SigningKeyKind SigningKey { get; set; } = Rpm.SigningKeyKind.Ed25519;

    /// <summary>A program and its first arguments that sign with keys whose secrets are elsewhere (a hardware module, another host); empty: there are none.</summary>
    public string[] SigningCommand { get; set; } = [];

    /// <summary>The address that clients know this server by; empty: what their request said.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>The path that this server's pages, API and repositories are under at a reverse proxy, such as /skyline; empty: that of <see cref="PublicUrl"/>.</summary>
    public string PathBase { get; set; } = "";

    /// <summary>Networks of reverse proxies that are believed whom they ask for, and whether by HTTPS; empty: this machine.</summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>TLS in the server itself.</summary>
    public Edge.TlsSettings Tls { get; set; } = new();

    /// <summary>The proxy that this server asks others through.</summary>
    public Edge.ProxySettings Proxy { get; set; } = new();

    /// <summary>Whether who has not signed in may see everything and fetch packages; otherwise all but the door to sign in at is for people and builders with a token.</summary>
    public bool AnonymousMayRead { get; set; } = true;

    /// <summary>Roles whose people sign in with two factors: a password and a code, or a passkey. Who lacks the second gets the page to set it up, and nothing else.</summary>
    public string[] SecondFactorFor { get; set; } = [];

    /// <summary>An OpenID Connect provider that people may sign in with.</summary>
    public OidcSettings Oidc { get; set; } = new();

    /// <summary>Certificates of TLS clients as a way to be somebody.</summary>
    public ClientCertificateSettings ClientCertificates { get; set; } = new();

    /// <summary>For one uploaded file, in bytes.</summary>
    public long MaxUploadBytes { get; set; } = 64L << 30;

    /// <summary>For what one person has sent of source packages that have not come whole, together, in bytes.</summary>
    public long UnfinishedBytesPerPerson { get; set; } = 64L << 30;

    /// <summary>Room on the disk that builds and uploads leave to the database, in bytes.</summary>
    public long DiskReserveBytes { get; set; } = 256L << 20;

    /// <summary>Below how much room, beside the reserve, no new builds and uploads are begun, so that those under way can end; never more than a fiftieth of the disk. In bytes.</summary>
    public long StopFreeBytes { get; set; } = 1L << 30;

    /// <summary>Below how much room on the disk the page of health warns, in bytes.</summary>
    public long WarnFreeBytes { get; set; } = 5L << 30;

    /// <summary>Whether the database is copied beside itself before a new version changes its tables.</summary>
    public bool CopyBeforeUpgrade { get; set; } = true;

    /// <summary>Where backups go by the clock, and how many stay.</summary>
    public Backups.BackupSettings Backup { get; set; } = new();

    /// <summary>Memory for repository metadata that is at hand, in bytes; what does not fit is read from the database when it is asked for.</summary>
    public long MetadataCacheBytes { get; set; } = 128L << 20;

    /// <summary>How many days the packages of a build stay that is in no tag any more and in no kept snapshot; the newest build of a package stays for ever.</summary>
    public int KeepUntaggedDays { get; set; } = 30;

    /// <summary>How many days the packages of a scratch build stay.</summary>
    public int KeepScratchDays { get; set; } = 14;

    /// <summary>How many days the uploads stay of builds and runs that failed.</summary>
    public int KeepFailedDays { get; set; } = 14;

    /// <summary>Of which builds the packages stay that they were made from, so that they can be built again exactly as then: All (complete ones, scratch builds while their own packages stay), Published, None.</summary>
    public Locks.LockKeeping KeepLocks { get; set; } = Locks.LockKeeping.All;

    /// <summary>The folder that tags may be exported below, as plain directory trees; empty: exporting is off.</summary>
    public string ExportFolder { get; set; } = "";

    /// <summary>Tags that are exported there by themselves, whenever they have a new snapshot.</summary>
    public string[] ExportTags { get; set; } = [];

    /// <summary>For one run's log, in bytes.</summary>
    public long MaxLogBytes { get; set; } = 256L << 20;

    /// <summary>How long a builder may be silent before its run is given to another: longer than a network that is away for a minute.</summary>
    public int LeaseSeconds { get; set; } = 90;

    /// <summary>How long a builder that lost a run must wait before it may try the same task again.</summary>
    public int RetryLostAfterSeconds { get; set; } = 60;

    /// <summary>Networks that may ask for /metrics without a token.</summary>
    public string[] MetricsFrom { get; set; } = ["127.0.0.0/8", "::1/128"];

    /// <summary>A collector that builds' traces are sent to, by OTLP over HTTP; empty: none, unless the environment names one (OTEL_EXPORTER_OTLP_ENDPOINT).</summary>
    public string TracesTo { get; set; } = "";

    /// <summary>How long a server that is told to stop goes on with requests that are under way.</summary>
    public int DrainSeconds { get; set; } = 60;

    public int HeartbeatSeconds { get; set; } = 5;

    /// <summary>Whether source packages and external repositories may be fetched from a loopback or link-local address, where a cloud keeps its secrets, and a public server may lead to one of a private network.</summary>
    public bool FetchFromLocalAddresses { get; set; }

    /// <summary>Whether webhooks and commit statuses may go to addresses of a private network; and to this machine, its link, and where a cloud keeps its secrets.</summary>
    public bool TellPrivateAddresses { get; set; }
    public bool TellLocalAddresses { get; set; }

    /// <summary>By which mail server people are written to; without one they are not.</summary>
    public Mail.MailSettings Mail { get; set; } = new();

    /// <summary>The manager of a Docker Swarm that pools' builders run on; without one, pools are not grown by this server.</summary>
    public Pools.SwarmSettings Swarm { get; set; } = new();

    /// <summary>What Git repositories may be fetched by beside https: http, git.</summary>
    public string[] GitSchemes { get; set; } = [];

    /// <summary>Hosts that Git repositories and the files that specs name may be fetched from: "git.example.org", "*.example.org"; empty: any that the server may ask.</summary>
    public string[] SourceHosts { get; set; } = [];

    /// <summary>Lookaside caches: a repository's host, a space, and the address of a file, with {name}, {file}, {type} and {hash} in it. What is set comes after these, and wins.</summary>
    public string[] Lookasides { get; set; } =
    [
        "src.fedoraproject.org https://src.fedoraproject.org/repo/pkgs/rpms/{name}/{file}/{type}/{hash}/{file}",
    ];

    /// <summary>What fetching one repository, or one file, may take: bytes (of what comes, and of the tree), files of the tree, seconds.</summary>
    public long SourceBytes { get; set; } = 2L << 30;
    public int SourceFiles { get; set; } = 100_000;
    public int SourceSeconds { get; set; } = 900;

    /// <summary>How many submodules, and theirs, one repository may have.</summary>
    public int SourceSubmodules { get; set; } = 50;

    /// <summary>Whether builders get the chroots' repositories from this server, pinned; otherwise they ask the mirrors themselves.</summary>
    public bool PinChrootRepos { get; set; } = true;

    /// <summary>How often external repositories are asked for a newer state.</summary>
    public double ExternalRefreshHours { get; set; } = 6;

    /// <summary>For packages of external repositories that are kept; the least recently used go first.</summary>
    public long ExternalCacheBytes { get; set; } = 20L << 30;

    /// <summary>Whether a package that is noarch altogether is built a second time on another architecture, and compared, where a builder of one is here.</summary>
    public bool CheckNoarch { get; set; } = true;

    /// <summary>How many side tags one person may have at a time; administrators may have any number.</summary>
    public int SideTagsPerPerson { get; set; } = 20;

    /// <summary>How many tags of their own (USER/NAME) one person may have; administrators may make any number.</summary>
    public int PersonalTagsPerPerson { get; set; } = 50;

    /// <summary>After how many days a side tag goes that is empty, in which nothing happens, or at all, unless its owner said another day; 0: not for that.</summary>
    public int SideTagEmptyDays { get; set; } = 1;
    public int SideTagIdleDays { get; set; } = 10;
    public int SideTagDays { get; set; } = 30;

    /// <summary>What the check that a promoted side tag can be installed may take: seconds, and bytes of memory.</summary>
    public int InstallCheckSeconds { get; set; } = 600;
    public long InstallCheckMemoryBytes { get; set; } = 3L << 30;

    /// <summary>The Python that has dnf's bindings (the package python3-dnf, or python3-hawkey).</summary>
    public string InstallCheckPython { get; set; } = "/usr/bin/python3";

    /// <summary>What one build may take; of a smaller machine, a slot's share.</summary>
    public long BuildMemoryBytes { get; set; } = 4L << 30;
    public int BuildProcesses { get; set; } = 2048;
    public long BuildDiskBytes { get; set; } = 20L << 30;
    public int BuildWallSeconds { get; set; } = 24 * 3600;
    public int BuildSilenceSeconds { get; set; } = 3600;
}
