namespace Skyline.Testing;

/// <summary>A real PostgreSQL of a test's own, on a socket in its folder and on no network. PostgreSQL will not run as root: then it is nobody's.</summary>
public sealed class PostgresqlCluster : IAsyncDisposable
{
    readonly string folder;

    PostgresqlCluster(string folder) => this.folder = folder;

    string Data => Path.Combine(folder, "data");

    public string Connection(string database) => $"Host={folder};Username=skyline;Database={database};Pooling=false";

    /// <param name="isSafe">Whether what is committed is on the disk: needed only where the power is cut, or a server killed.</param>
    public static async Task<PostgresqlCluster> Start(bool isSafe, CancellationToken ct)
    {
        var cluster = new PostgresqlCluster(Directory.CreateTempSubdirectory("skyline-pg-").FullName);
        if (Environment.IsPrivilegedProcess) (await Tool.Run("chown", ["nobody", cluster.folder], ct)).Ok("chown");
        (await cluster.Run("initdb", ["-D", cluster.Data, "-U", "skyline", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"], ct)).Ok("initdb");
        await File.AppendAllTextAsync(Path.Combine(cluster.Data, "postgresql.conf"), $"""

            listen_addresses = ''
            unix_socket_directories = '{cluster.folder}'
            fsync = {(isSafe ? "on" : "off")}
            max_connections = 400
            """, ct);
        await cluster.Begin(ct);
        return cluster;
    }

    /// <summary>Its log is a file: an inherited pipe would never end.</summary>
    public async Task Begin(CancellationToken ct) => (await Run("pg_ctl", ["-D", Data, "-w", "-l", Path.Combine(folder, "log"), "start"], ct)).Ok("pg_ctl");

    /// <summary>At once: every connection is cut, and what was not committed is lost.</summary>
    public async Task Break(CancellationToken ct) => (await Run("pg_ctl", ["-D", Data, "-w", "-m", "immediate", "stop"], ct)).Ok("pg_ctl");

    Task<Tool.Result> Run(string program, IEnumerable<string> args, CancellationToken ct) => Environment.IsPrivilegedProcess
        ? Tool.Run("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", InFolder(program), .. args], ct)
        : Tool.Run(InFolder(program), args, ct);

    /// <summary>Debian has each version in a folder of its own, Fedora the one on the path.</summary>
    static string InFolder(string program) => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateFiles("/usr/lib/postgresql", program, SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault() ?? program
        : program;

    public async ValueTask DisposeAsync()
    {
        await Break(CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }
}
