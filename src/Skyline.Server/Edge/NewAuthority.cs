using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.Edge;

/// <summary>`skyline-server new-authority`, on the host: forgets the server's own authority, so that the next start makes another, for the names that it has then.</summary>
static class NewAuthority
{
    public const string Command = "new-authority";

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build().GetSection("Skyline").Get<SkylineSettings>() ?? new();
        var file = Path.Combine(settings.Data, "skyline.db");
        if (settings.Database.Length == 0 && !File.Exists(file))
        {
            await error.WriteLineAsync($"There is no database at {file}; Skyline__Data names the server's data folder.");
            return 1;
        }
        using var database = Database.Open(settings);
        Actor.Current = Actor.OnHost(Command);
        var had = await database.Write(tx =>
        {
            tx.Note("forgot the server's own authority, on the host", "authority of TLS");
            return tx.Execute("DELETE FROM own_certificates WHERE name = 'authority'");
        });
        await output.WriteLineAsync(had > 0 ? "The authority is forgotten: the next start of the server makes another. Whoever trusts the old one needs the new one, from /ca.crt." : "This server has no authority of its own; Skyline__Tls__OwnAuthority makes one.");
        return 0;
    }
}
