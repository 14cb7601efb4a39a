using Skyline.Server.Audit;
using Skyline.Server.Settings;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>
/// `skyline-server recover-admin NAME`, on the host: whoever may read the data folder may become its administrator again. It makes NAME one, and
/// a link that is good once, for an hour; whether the server runs or not.
/// </summary>
static class RecoverAdmin
{
    public const string Command = "recover-admin";
    static readonly TimeSpan goodFor = TimeSpan.FromHours(1);

    /// <param name="args">What comes after the command: a name, then settings as the server takes them, and `--to FILE`.</param>
    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        var (settings, configuration) = ReadSettings.OnHost([.. args.Skip(1)]);
        var file = Path.Combine(settings.Data, "skyline.db");
        if (args is not [var name, ..] || !Names.IsGood(name)) return await Refuse(error, $"Who? skyline-server {Command} NAME [--to FILE]; a name is {Names.Rule}.", 2);
        if (settings.Database.Length == 0 && !File.Exists(file)) return await Refuse(error, $"There is no database at {file}; Skyline__Data names the server's data folder.", 1);
        using var database = Database.Open(settings);
        var now = TimeProvider.System.Stamp();
        Actor.Current = Actor.OnHost(Command);
        var made = await database.Write(tx =>
        {
            tx.Note("made an administrator on the host", $"person {name}", null, new { Role = "admin" });
            var id = tx.One<long>("INSERT INTO users (name, role, created_at) VALUES (@name, 'admin', @now) ON CONFLICT (name) DO UPDATE SET role = 'admin', disabled_at = NULL RETURNING id", new { name, now });
            // Whoever took the account over may have put theirs there, and who lost theirs has none.
            SecondFactors.SetUpSecondFactor.Clear(tx, id, passkeys: true);
            tx.Execute("DELETE FROM identities WHERE user_id = @id", new { id });
            return Invite.Put(tx, null, id, null, now, goodFor);
        });
        var link = $"{(settings.PublicUrl is { Length: > 0 } known ? known.TrimEnd('/') : "http://localhost:8420")}/invitation/{made.Secret}";
        if (configuration["to"] is { Length: > 0 } to) Token.WriteFile(to, link);
        else await output.WriteLineAsync(link);
        await error.WriteLineAsync($"'{name}' is an administrator. The link{(configuration["to"] is { Length: > 0 } there ? $" in {there}" : "")} is good once, until {made.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, to choose a password; open it at the address that the server has.");
        return 0;
    }

    static async Task<int> Refuse(TextWriter error, string sentence, int code)
    {
        await error.WriteLineAsync(sentence);
        return code;
    }
}
