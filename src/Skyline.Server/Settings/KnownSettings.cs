using Skyline.Server.Locks;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Settings;

/// <summary>Every setting there is, once; a test holds this list against <see cref="SkylineSettings"/>.</summary>
static class KnownSettings
{
    const string Restart = "It is read when the server starts: set it in the environment or in a file, then restart.";
    const string NamesPrograms = "It names a program or a file on this machine, and those are whoever's who runs it: set it in the environment or in a file, then restart.";
    const string HoldsTrust = "It says whom the server believes: set it in the environment or in a file, then restart.";
    const string FirstOnly = "It is for the first start alone.";
    const string LeadsInside = "It says which addresses near this machine may be asked: set it in the environment or in a file, then restart.";
    const string WithPassword = "With the mail server goes the password for it: set it in the environment or in a file, then restart.";
    const long MiB = 1L << 20, GiB = 1L << 30;

    public static Setting? Find(string name) => byName.GetValueOrDefault(name);

    public static readonly IReadOnlyList<Setting> All =
    [
        new("Name", SettingGroup.Instance, ValueKind.Text, "What this instance is called: in the bar above its pages, in mails and feeds.") { WhyNot = WhyNotName },
        new("PublicUrl", SettingGroup.Instance, ValueKind.Text, "The address that clients know this server by. Without it, it is what their request said; mail and passkeys need it.") { WhyNot = WhyNotAddress },
        new("PathBase", SettingGroup.Instance, ValueKind.Text, "The path that pages, API and repositories are under at a reverse proxy, such as /skyline; without it, that of PublicUrl.") { Elsewhere = Restart },
        new("TrustedProxies", SettingGroup.Instance, ValueKind.Words, "Networks of reverse proxies that are believed whom they ask for, and whether by HTTPS, such as 10.0.0.0/8; none: this machine.") { Elsewhere = HoldsTrust },
        new("Tls:Certificate", SettingGroup.Instance, ValueKind.Text, "The file with the certificate that this server shows, in PEM; it is read again when it changes.") { Elsewhere = NamesPrograms },
        new("Tls:Key", SettingGroup.Instance, ValueKind.Text, "The file with that certificate's key; without it, the key is in the certificate's file.") { Elsewhere = NamesPrograms },
        new("Tls:OwnAuthority", SettingGroup.Instance, ValueKind.YesNo, "Whether the server makes an authority and certificates of its own.") { Elsewhere = HoldsTrust },
        new("Tls:Names", SettingGroup.Instance, ValueKind.Words, "Names and addresses that certificates by its own authority are for, beside PublicUrl's and this machine's.") { Elsewhere = HoldsTrust },
        new("Tls:Acme", SettingGroup.Instance, ValueKind.Text, "The address of the directory of an authority that gives certificates by ACME, such as Let's Encrypt.") { Elsewhere = HoldsTrust },
        new("Tls:AcmeMail", SettingGroup.Instance, ValueKind.Text, "Whom that authority writes to.") { Elsewhere = HoldsTrust },
        new("Tls:AcmeTermsAgreed", SettingGroup.Instance, ValueKind.YesNo, "Whether that authority's terms of service are agreed to; most give no certificate otherwise.") { Elsewhere = HoldsTrust },
        new("Tls:AcmeAuthority", SettingGroup.Instance, ValueKind.Text, "The file with the certificates that the ACME server's own may be signed by; without it, those that this machine trusts.") { Elsewhere = HoldsTrust },
        new("Proxy:Address", SettingGroup.Limits, ValueKind.Text, "The HTTP proxy that this server asks others through, such as http://proxy.example.org:3128; without it, what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say.") { Elsewhere = LeadsInside },
        new("Proxy:UserFile", SettingGroup.Limits, ValueKind.Text, "The file with USER:PASSWORD for that proxy.") { Elsewhere = NamesPrograms },
        new("Proxy:Except", SettingGroup.Limits, ValueKind.Words, "Hosts that are asked without the proxy, such as git.example.org, or .example.org for all below it.") { Elsewhere = LeadsInside },
        new("AnonymousMayRead", SettingGroup.SigningIn, ValueKind.YesNo, "Whether who has not signed in may look at everything that is not private, and fetch packages."),
        new("SecondFactorFor", SettingGroup.SigningIn, ValueKind.Words, "Roles whose people sign in with two factors. Who lacks the second is shown the page to set it up, and nothing else.") { Choices = [.. Rights.Roles.Select(role => role.Word)] },
        new("Oidc:Authority", SettingGroup.SigningIn, ValueKind.Text, "The address of an OpenID Connect provider that people may sign in with.") { Elsewhere = HoldsTrust },
        new("Oidc:ClientId", SettingGroup.SigningIn, ValueKind.Text, "Which client this server is at the provider.") { Elsewhere = HoldsTrust },
        new("Oidc:ClientSecretFile", SettingGroup.SigningIn, ValueKind.Text, "The file with the client's secret.") { Elsewhere = NamesPrograms },
        new("Oidc:Name", SettingGroup.SigningIn, ValueKind.Text, "What the button on the sign-in page says.") { Elsewhere = Restart },
        new("Oidc:Scopes", SettingGroup.SigningIn, ValueKind.Words, "What the provider is asked for beside who somebody is.") { Elsewhere = HoldsTrust },
        new("Oidc:NameClaim", SettingGroup.SigningIn, ValueKind.Text, "The claim that names somebody who signs in for the first time.") { Elsewhere = HoldsTrust },
        new("Oidc:RolesClaim", SettingGroup.SigningIn, ValueKind.Text, "The claim whose values say roles.") { Elsewhere = HoldsTrust },
        new("Oidc:Roles", SettingGroup.SigningIn, ValueKind.Text, "Which of its values give which role.") { Elsewhere = HoldsTrust },
        new("Oidc:Teams", SettingGroup.SigningIn, ValueKind.Text, "Which of its values say who is in which team.") { Elsewhere = HoldsTrust },
        new("Oidc:Role", SettingGroup.SigningIn, ValueKind.Text, "The role of who has none by those.") { Elsewhere = HoldsTrust },
        new("Oidc:Welcome", SettingGroup.SigningIn, ValueKind.YesNo, "Whether who is not known here becomes a person by signing in there.") { Elsewhere = HoldsTrust },
        new("Oidc:AsksSecondFactor", SettingGroup.SigningIn, ValueKind.YesNo, "Whether the provider asks for a second factor itself.") { Elsewhere = HoldsTrust },
        new("ClientCertificates:Authority", SettingGroup.SigningIn, ValueKind.Text, "The file of the authorities whose TLS certificates say who people are.") { Elsewhere = HoldsTrust },
        new("ClientCertificates:Revoked", SettingGroup.SigningIn, ValueKind.Text, "The file of certificates that are good no more.") { Elsewhere = HoldsTrust },
        new("ClientCertificates:Name", SettingGroup.SigningIn, ValueKind.Choice, "What of a certificate is its person's name.") { Choices = [.. Enum.GetNames<CertificateName>()], Elsewhere = HoldsTrust },
        new("SigningIdentity", SettingGroup.Signing, ValueKind.Text, "Who signs: the user id of keys that the server makes from now on. A key that there is keeps its own.") { WhyNot = WhyNotLine },
        new("SigningKey", SettingGroup.Signing, ValueKind.Choice, "The kind of keys that it makes from now on; Rsa4096 is for clients whose rpm is older than 4.17.") { Choices = [.. Enum.GetNames<Rpm.SigningKeyKind>()] },
        new("SigningCommand", SettingGroup.Signing, ValueKind.Words, "A program, and its first arguments, that signs with keys whose secrets are elsewhere.") { Elsewhere = NamesPrograms },
        new("KeyFile", SettingGroup.Signing, ValueKind.Text, "The file that the signing keys in the database are encrypted with; without it, keys/seal.key in the data folder.") { Elsewhere = NamesPrograms },
        new("CheckNoarch", SettingGroup.Builds, ValueKind.YesNo, "Whether a package that is noarch altogether is built a second time on another architecture, and compared."),
        new("LeaseSeconds", SettingGroup.Builds, ValueKind.Number, "How long a builder may be silent before its run is given to another.") { Unit = "seconds", Least = 10, Most = 3600 },
        new("RetryLostAfterSeconds", SettingGroup.Builds, ValueKind.Number, "How long a builder that lost a run waits before it may try the same task again.") { Unit = "seconds", Most = 86_400 },
        new("HeartbeatSeconds", SettingGroup.Builds, ValueKind.Number, "How often a builder that builds says that it is there.") { Unit = "seconds", Least = 1, Most = 60 },
        new("BuildMemoryBytes", SettingGroup.Builds, ValueKind.Size, "The memory that one build may take; of a smaller machine, a slot's share.") { Least = 256 * MiB, Most = 1L << 45 },
        new("BuildDiskBytes", SettingGroup.Builds, ValueKind.Size, "The room on a disk that one build may take.") { Least = 256 * MiB, Most = 1L << 50 },
        new("BuildProcesses", SettingGroup.Builds, ValueKind.Number, "How many processes one build may have at a time.") { Least = 64, Most = 1_000_000 },
        new("BuildWallSeconds", SettingGroup.Builds, ValueKind.Number, "How long one build may take.") { Unit = "seconds", Least = 60, Most = 30 * 86_400 },
        new("BuildSilenceSeconds", SettingGroup.Builds, ValueKind.Number, "How long one build may write nothing to its log.") { Unit = "seconds", Least = 60, Most = 30 * 86_400 },
        new("Swarm:Host", SettingGroup.Builds, ValueKind.Text, "The manager of a Docker Swarm that the builders of pools are started on; without one they are not.") { Elsewhere = NamesPrograms },
        new("Swarm:CertificateFolder", SettingGroup.Builds, ValueKind.Text, "The folder with ca.pem, cert.pem and key.pem by which the manager is asked over TLS.") { Elsewhere = NamesPrograms },
        new("MaxUploadBytes", SettingGroup.Limits, ValueKind.Size, "The largest file that is taken.") { Least = MiB, Most = 1L << 50 },
        new("MaxLogBytes", SettingGroup.Limits, ValueKind.Size, "The longest log that is taken of one run.") { Least = MiB, Most = 1L << 40 },
        new("UnfinishedBytesPerPerson", SettingGroup.Limits, ValueKind.Size, "What one person may have sent of source packages that have not come whole.") { Least = MiB, Most = 1L << 50 },
        new("DiskReserveBytes", SettingGroup.Limits, ValueKind.Size, "The room on the disk that builds and uploads leave to the database.") { Most = 1L << 50, Elsewhere = Restart },
        new("StopFreeBytes", SettingGroup.Limits, ValueKind.Size, "Below how much room beside that no new builds and uploads are begun, so that those under way can end; never more than a fiftieth of the disk.") { Most = 1L << 50 },
        new("MetadataCacheBytes", SettingGroup.Limits, ValueKind.Size, "The memory for repository metadata that is at hand.") { Elsewhere = Restart },
        new("GitSchemes", SettingGroup.Sources, ValueKind.Words, "What Git repositories may be fetched by beside https.") { Elsewhere = Restart },
        new("SourceHosts", SettingGroup.Sources, ValueKind.Words, "Hosts that Git repositories and the files that specs name may be fetched from, such as git.example.org or *.example.org; none: any that the server may ask.") { WhyNot = WhyNotHosts },
        new("Lookasides", SettingGroup.Sources, ValueKind.Words, "Lookaside caches, by the host of the repositories that they are for.") { Elsewhere = Restart },
        new("SourceBytes", SettingGroup.Sources, ValueKind.Size, "How large a repository, or a file, may be that is fetched.") { Least = MiB, Most = 1L << 45 },
        new("SourceFiles", SettingGroup.Sources, ValueKind.Number, "How many files a repository may have.") { Least = 1, Most = 10_000_000 },
        new("SourceSeconds", SettingGroup.Sources, ValueKind.Number, "How long fetching may take.") { Unit = "seconds", Least = 10, Most = 86_400 },
        new("SourceSubmodules", SettingGroup.Sources, ValueKind.Number, "How many submodules, and theirs, one repository may have.") { Most = 10_000 },
        new("FetchFromLocalAddresses", SettingGroup.Sources, ValueKind.YesNo, "Whether source packages and external repositories may come from this machine and its link, whoever leads there.") { Elsewhere = LeadsInside },
        new("PinChrootRepos", SettingGroup.Externals, ValueKind.YesNo, "Whether builders get the chroots' repositories from this server, pinned; otherwise they ask the mirrors themselves.") { Elsewhere = Restart },
        new("ExternalRefreshHours", SettingGroup.Externals, ValueKind.Number, "How often external repositories are asked for a newer state.") { Unit = "hours", Least = 1, Most = 24 * 365 },
        new("ExternalCacheBytes", SettingGroup.Externals, ValueKind.Size, "How much is kept of their packages; the least recently used go first.") { Least = 64 * MiB, Most = 1L << 50 },
        new("FirstTag", SettingGroup.Tags, ValueKind.Text, "The tag and target that the first start makes; without it, the first visit asks.") { Elsewhere = FirstOnly },
        new("FirstChroot", SettingGroup.Tags, ValueKind.Text, "The chroot of the first tag.") { Elsewhere = FirstOnly },
        new("SideTagsPerPerson", SettingGroup.Tags, ValueKind.Number, "How many side tags one person may have at a time.") { Most = 100_000 },
        new("PersonalTagsPerPerson", SettingGroup.Tags, ValueKind.Number, "How many tags of their own one person may have.") { Most = 100_000 },
        new("SideTagEmptyDays", SettingGroup.Tags, ValueKind.Number, "After how many days an empty side tag goes; 0: it does not go for that.") { Unit = "days", Most = 3650 },
        new("SideTagIdleDays", SettingGroup.Tags, ValueKind.Number, "After how many days a side tag goes in which nothing happens; 0: it does not go for that.") { Unit = "days", Most = 3650 },
        new("SideTagDays", SettingGroup.Tags, ValueKind.Number, "After how many days a side tag goes at all; 0: it does not go for that.") { Unit = "days", Most = 3650 },
        new("InstallCheckSeconds", SettingGroup.Tags, ValueKind.Number, "How long the check may take that a promoted side tag can be installed.") { Unit = "seconds", Least = 10, Most = 86_400 },
        new("InstallCheckMemoryBytes", SettingGroup.Tags, ValueKind.Size, "The memory that this check may take.") { Least = 256 * MiB, Most = 1L << 42 },
        new("InstallCheckPython", SettingGroup.Tags, ValueKind.Text, "The Python that has dnf's bindings.") { Elsewhere = NamesPrograms },
        new("KeepUntaggedDays", SettingGroup.Keeping, ValueKind.Number, "How many days the packages of a build stay that is in no tag any more and in no kept snapshot.") { Unit = "days", Least = 1, Most = 36_500 },
        new("KeepScratchDays", SettingGroup.Keeping, ValueKind.Number, "How many days the packages of a scratch build stay.") { Unit = "days", Least = 1, Most = 36_500 },
        new("KeepFailedDays", SettingGroup.Keeping, ValueKind.Number, "How many days the uploads stay of builds and runs that failed.") { Unit = "days", Least = 1, Most = 36_500 },
        new("KeepLocks", SettingGroup.Keeping, ValueKind.Choice, "Of which builds the packages stay that they were made from, so that they can be built again exactly as then.") { Choices = [.. Enum.GetNames<LockKeeping>()] },
        new("WarnFreeBytes", SettingGroup.Keeping, ValueKind.Size, "Below how much room on the disk the page of health warns.") { Most = 1L << 50 },
        new("ExportFolder", SettingGroup.Keeping, ValueKind.Text, "The folder that tags may be exported below, as plain directory trees.") { Elsewhere = NamesPrograms },
        new("ExportTags", SettingGroup.Keeping, ValueKind.Words, "Tags that are exported there by themselves, whenever they have a new snapshot.") { Elsewhere = Restart },
        new("CopyBeforeUpgrade", SettingGroup.Keeping, ValueKind.YesNo, "Whether the database is copied beside itself before a new version changes its tables.") { Elsewhere = Restart },
        new("Backup:Folder", SettingGroup.Keeping, ValueKind.Text, "The folder that backups go to by the clock, on another disk; without it, none are made.") { Elsewhere = NamesPrograms },
        new("Backup:Cron", SettingGroup.Keeping, ValueKind.Text, "When, by the server's clock: seconds, minutes, hours, day of the month, month, day of the week.") { Elsewhere = Restart },
        new("Backup:Keep", SettingGroup.Keeping, ValueKind.Number, "How many backups stay; the oldest go.") { Elsewhere = Restart },
        new("Backup:Keys", SettingGroup.Keeping, ValueKind.YesNo, "Whether the key file and the files with tokens are part of them.") { Elsewhere = HoldsTrust },
        new("Mail:Host", SettingGroup.Mail, ValueKind.Text, "The mail server by which people are written to; without one they are not.") { Elsewhere = WithPassword },
        new("Mail:Port", SettingGroup.Mail, ValueKind.Number, "Its port; 0: the usual one, 587, 465 or 25 by how it is spoken to.") { Most = 65_535, Elsewhere = WithPassword },
        new("Mail:Security", SettingGroup.Mail, ValueKind.Choice, "How it is spoken to: StartTls, Tls from the start, or None, for one on this machine.") { Choices = [.. Enum.GetNames<Mail.MailSecurity>()], Elsewhere = WithPassword },
        new("Mail:From", SettingGroup.Mail, ValueKind.Text, "Who mails are from, such as Skyline <builds@example.org>.") { WhyNot = WhyNotSender },
        new("Mail:User", SettingGroup.Mail, ValueKind.Text, "Who this server is to the mail server.") { Elsewhere = WithPassword },
        new("Mail:PasswordFile", SettingGroup.Mail, ValueKind.Text, "The file with that user's password.") { Elsewhere = NamesPrograms },
        new("Mail:CertificateFile", SettingGroup.Mail, ValueKind.Text, "The file with the certificates that the mail server's may be signed by; without it, those that this machine trusts.") { Elsewhere = HoldsTrust },
        new("TellPrivateAddresses", SettingGroup.Mail, ValueKind.YesNo, "Whether webhooks and commit statuses may go to addresses of a private network.") { Elsewhere = LeadsInside },
        new("TellLocalAddresses", SettingGroup.Mail, ValueKind.YesNo, "Whether they may go to this machine itself and its link.") { Elsewhere = LeadsInside },
        new("DrainSeconds", SettingGroup.Limits, ValueKind.Number, "How long a server that is told to stop goes on with requests that are under way.") { Unit = "seconds", Least = 1, Most = 3600 },
        new("MetricsFrom", SettingGroup.Watching, ValueKind.Words, "Networks that may ask for metrics without a token, such as 10.0.0.0/8; for others an administrator's is wanted.") { WhyNot = WhyNotNetworks },
        new("TracesTo", SettingGroup.Watching, ValueKind.Text, "The address of a collector that builds' traces are sent to, by OTLP over HTTP, such as http://localhost:4318; without one there are none.") { Elsewhere = Restart, WhyNot = WhyNotAddress },
        new("Data", SettingGroup.Places, ValueKind.Text, "The folder of the database, the packages, the logs and the keys.") { Elsewhere = Restart },
        new("Database", SettingGroup.Places, ValueKind.Text, "The PostgreSQL that the database is in, such as Host=db.example.org;Username=skyline;Database=skyline;Passfile=/etc/skyline/pgpass; without it, SQLite in the data folder. It is not complete yet: try it with data that may be lost.") { Elsewhere = NamesPrograms, WhyNot = Storage.Postgresql.ConnectTo.WhyNot, IsSecret = true },
        new("Chroots", SettingGroup.Places, ValueKind.Text, "The folder of chroot definitions.") { Elsewhere = Restart },
    ];

    static readonly Dictionary<string, Setting> byName = All.ToDictionary(setting => setting.Name, StringComparer.OrdinalIgnoreCase);

    static string? WhyNotName(string text) =>
        text.Trim().Length is 0 or > 60 || text.Any(char.IsControl) ? "A name is one line of up to 60 characters." : null;

    static string? WhyNotLine(string text) =>
        text.Trim().Length is 0 or > Signing.AddKey.MaxIdentity || text.Any(char.IsControl) ? "An identity is one line, such as Example <packages@example.org>." : null;

    static string? WhyNotAddress(string text) =>
        text.Length == 0 || text.Length <= 300 && Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "https" or "http", UserInfo: "", Query: "", Fragment: "" } ? null
        : "An address begins with https:// (or http://, in a network of your own) and has neither a user nor a question mark in it.";

    static string? WhyNotSender(string text) =>
        text.Length == 0 || text.Length <= 200 && !text.Any(char.IsControl) && MimeKit.MailboxAddress.TryParse(text, out var sender) && sender.Address.Contains('@') ? null : "A sender is one address, such as Skyline <builds@example.org>.";

    static string? WhyNotNetworks(string text) =>
        text.Split((char[])[' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries) is { Length: <= 500 } networks && networks.All(network => System.Net.IPNetwork.TryParse(network, out _)) ? null
        : "Each is a network's address, a slash and its length, such as 10.0.0.0/8 or 192.0.2.7/32.";

    static string? WhyNotHosts(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: <= 500 } hosts && hosts.All(host => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) != UriHostNameType.Unknown) ? null
        : "Each is a host's name, such as git.example.org, or *.example.org for all below it.";
}
