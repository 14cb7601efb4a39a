using Skyline.Protocol;
using Skyline.Server.Backups;
using Skyline.Server.Settings;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>What a server needs of its machine before it can start: data folder, database, key file, settings, port, programs.</summary>
static class CheckHost
{
    /// <summary>What starts no server is a fault; pure.</summary>
    public static IEnumerable<Finding> Judge(HostFacts facts, SkylineSettings settings)
    {
        yield return Folder(facts);
        yield return Database(facts);
        if (facts.WhyNoKey is { } why) yield return new("key file", HealthState.Fault, $"The key file cannot be used: {why}", $"Its sentence says what to do; the server does not start before, for secrets may be known to others.");
        if (facts.WhyNoFolder is null) yield return CheckStorage.Disk(facts.RoomLeft, settings.WarnFreeBytes, Blobs.StopsBelow(settings, facts.Data));
    }

    static Finding Folder(HostFacts facts) => facts switch
    {
        { WhyNoFolder: { } why } => new("data folder", HealthState.Fault, $"The data folder {facts.Data} cannot be written into: {why}.", $"Make it, and have it belong to the user that the server runs as (`install -d -m 0700 -o skyline -g skyline {facts.Data}`), or name another with Skyline__Data. Run this command as that user."),
        { Owner: { } owner } => new("data folder", HealthState.Warning, $"The data folder {facts.Data} belongs to the user with the number {owner}, and this command runs as another.", $"Run it as the server's user, so that it sees what the server sees: `runuser -u skyline -- skyline-server doctor`."),
        { Open: true } => new("data folder", HealthState.Warning, $"Others than its owner may look into the data folder {facts.Data}.", $"`chmod 700 {facts.Data}`."),
        { Holder: { } holder } => Finding.Ok("data folder", $"The data folder {facts.Data} is in use by {holder}."),
        _ => Finding.Ok("data folder", $"The data folder {facts.Data} can be written into, and no server runs on it."),
    };

    static Finding Database(HostFacts facts) => facts switch
    {
        { Damage: { } damage } => new("database", HealthState.Fault, $"{damage}", $"Put the data folder aside (`mv {facts.Data} {facts.Data}.damaged`) and restore: {LastBackup.HowToRestore(facts.Data)}."),
        { HasDatabase: false } => Finding.Ok("database", $"There is no database yet; the first start makes it."),
        { Schema: { } schema } when schema > Migrations.Newest => new("database", HealthState.Fault, $"{facts.WrittenBy}", $"Install that version, or restore a backup that was made before."),
        { Schema: { } schema } when schema < Migrations.Newest => Finding.Ok("database", $"The database is of schema {schema}; the next start takes it over to {Migrations.Newest}, and copies it before."),
        _ => Finding.Ok("database", $"The database is of schema {facts.Schema}, which this program knows, and is sound as far as it was looked through."),
    };

    public static IEnumerable<Finding> Settings(IConfiguration configuration)
    {
        var unknown = configuration.GetSection("Skyline").AsEnumerable(makePathsRelative: true).Where(one => one.Value is not null && !IsKnown(one.Key)).Select(one => one.Key.Replace(":", "__", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        yield return unknown.Count == 0 ? Finding.Ok("settings", $"Every setting has a name that there is.")
            : new("settings", HealthState.Warning, $"There is no setting {string.Join(", ", unknown.Select(name => "Skyline__" + name))}, so what it says is not done.", $"Look for the name in the manual's page \"The server and its API\", and take away or mend it.");
    }

    /// <summary>Lists and tables have a number or a word behind the setting's name.</summary>
    static bool IsKnown(string name) => KnownSettings.Find(name) is not null || name.LastIndexOf(':') is var at and > 0 && IsKnown(name[..at]);

    public static IEnumerable<Finding> Port(IEnumerable<Uri> addresses, string? holder) => addresses.Select(address => (address, Why: holder is null ? ReadHost.WhyNotListen(address) : null)).Select(one => one switch
    {
        ({ } address, { } why) => new("port", HealthState.Fault, $"The server cannot listen at {address}: {why}.", $"See who does (`ss -ltnp 'sport = :{address.Port}'`) and stop it, or set another address with ASPNETCORE_URLS."),
        var (address, _) => Finding.Ok("port", holder is null ? (FormattableString)$"A server can listen at {address}" : $"The server that runs is to listen at {address}"),
    });

    /// <param name="find">Where a program is; null: nowhere.</param>
    public static IEnumerable<Finding> Programs(SkylineSettings settings, Func<string, string?> find)
    {
        yield return find("git") is { } git ? Finding.Ok("programs", $"git, for builds from Git, is {git}.")
            : new("programs", HealthState.Warning, $"git is not installed: builds from Git fail.", $"Install the package git-core (Fedora) or git (Debian).");
        yield return find("bwrap") is { } bwrap ? Finding.Ok("programs", $"bubblewrap, which confines what reads strangers' files, is {bwrap}.")
            : new("programs", HealthState.Warning, $"bubblewrap is not installed: git and the depsolver run with no more confinement than the server's own.", $"Install the package bubblewrap.");
        yield return find(settings.InstallCheckPython) is { } bare && bare == SystemPython && !HasDnf() ? new("programs", HealthState.Warning, $"{bare} has no dnf: side tags cannot be promoted, as nobody can say whether they can be installed.", $"Install the package python3-dnf, or python3-hawkey.")
            : find(settings.InstallCheckPython) is { } python ? Finding.Ok("programs", $"The Python for the check of promotions is {python}.")
            : new("programs", HealthState.Warning, $"{settings.InstallCheckPython} is not there: side tags cannot be promoted, as nobody can say whether they can be installed.", $"Install python3-dnf (Fedora: python3-dnf or python3-hawkey), or name another Python with Skyline__InstallCheckPython.");
    }

    const string SystemPython = "/usr/bin/python3";

    /// <summary>Of the system's own Python it is known where its modules are; it need not be started for it.</summary>
    static bool HasDnf() => new[] { "/usr/lib", "/usr/lib64" }.Where(Directory.Exists).SelectMany(lib => Directory.EnumerateDirectories(lib, "python3*"))
        .SelectMany(python => new[] { "dist-packages", "site-packages" }.Select(modules => Path.Combine(python, modules, "hawkey"))).Any(Directory.Exists);

    public static string? Find(string program) => Path.IsPathRooted(program) ? File.Exists(program) ? program : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
