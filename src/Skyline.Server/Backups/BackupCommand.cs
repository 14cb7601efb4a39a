using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Backups;

/// <summary>`skyline-server backup …` and `restore`, on the host, whether the server runs or not.</summary>
static class BackupCommand
{
    public const string Command = "backup", Restore = "restore";
    const int Usage = 2, Damaged = 7;
    const string How = "skyline-server backup FOLDER [--keep N] [--without-keys] | backup verify FOLDER [--at NAME] | backup list FOLDER | restore FOLDER [--at NAME]";

    sealed record Wanted(string Act, string Folder, int? Keep, bool Keys, string? At);

    /// <param name="args">The command, then what follows it, and settings as the server takes them.</param>
    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error, CancellationToken ct = default)
    {
        if (Read(args) is not { } wanted) return await Say(error, $"How it is used: {How}", Usage);
        var settings = HostSettings.Read(args);
        if (settings.Database.Length > 0 && wanted.Act is Command or Restore) return await Say(error, BackUpNow.NotHere, Usage);
        var data = settings.Data;
        var folder = new BackupFolder(wanted.Folder);
        return wanted.Act switch
        {
            "verify" => await Verify(folder, folder.Find(wanted.At), output, error, ct),
            "list" => await List(folder, output),
            Restore => await PutBack(folder, folder.Find(wanted.At), data, output, ct),
            _ => await Make(folder, wanted, data, output, error, ct),
        };
    }

    /// <summary>Pure.</summary>
    static Wanted? Read(string[] args)
    {
        var (names, keep, keys, at) = (new List<string>(), (int?)null, true, (string?)null);
        for (var i = 0; i < args.Length; i++)
            switch (args[i])
            {
                case "--keep" when i + 1 < args.Length && int.TryParse(args[i + 1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0: (keep, i) = (number, i + 1); break;
                case "--at" when i + 1 < args.Length: at = args[++i]; break;
                case "--without-keys": keys = false; break;
                case var setting when setting.StartsWith("--Skyline:", StringComparison.OrdinalIgnoreCase): break;
                case var option when option.StartsWith('-'): return null;
                default: names.Add(args[i]); break;
            }
        return names switch
        {
            [Command, ("verify" or "list") and var act, var folder] when keep is null && keys => new(act, folder, null, true, at),
            [Command, var folder] when at is null => new(Command, folder, keep, keys, null),
            [Restore, var folder] when keep is null && keys => new(Restore, folder, null, true, at),
            _ => null,
        };
    }

    static async Task<int> Make(BackupFolder folder, Wanted wanted, string data, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var made = await MakeBackup.Run(data, folder, wanted.Keys, wanted.Keep, TimeProvider.System, ct);
        await output.WriteLineAsync(Sentence(made));
        if (made.MissingCount == 0) return 0;
        foreach (var missing in made.Missing) await error.WriteLineAsync($"Blob {missing} is named by the database and is missing or damaged.");
        return await Say(error, $"Blobs that are missing or damaged: {made.MissingCount}. All else was backed up; `skyline repo verify` says what they are.", Damaged);
    }

    public static string Sentence(BackupMade made) =>
        $"{made.Folder}/{made.Name} has the database ({Sizes.Bytes(made.DatabaseBytes)}), {made.Blobs} packages and other blobs ({Sizes.Bytes(made.BlobBytes)}) and {made.Files} logs and other files; new were {made.NewFiles} ({Sizes.Bytes(made.NewBytes)}), in {made.Seconds:0.0} s."
        + (made.Keys ? " The key file and the files with tokens are in it: whoever can read it can sign as this server." : " The key file is not in it: keep a copy of that elsewhere, for without it nothing can be signed.")
        + (made.Pruned > 0 ? $" Older backups that went: {made.Pruned}." : "");

    static async Task<int> Verify(BackupFolder folder, string name, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var found = 0;
        foreach (var finding in VerifyBackup.Run(folder, name, ct))
        {
            found++;
            await error.WriteLineAsync(finding);
        }
        return found == 0 ? await Say(output, $"The backup {name} is whole.", 0) : await Say(error, $"The backup {name} is not as it should be. Findings: {found}.", Damaged);
    }

    static async Task<int> List(BackupFolder folder, TextWriter output)
    {
        foreach (var name in folder.Names())
        {
            var one = folder.ReadManifest(name);
            await output.WriteLineAsync($"{name}  Skyline {one.Program}, schema {one.Schema}, {one.Blobs} blobs, {one.Files} files, {(one.Keys ? "with keys" : "without keys")}");
        }
        return 0;
    }

    static async Task<int> PutBack(BackupFolder folder, string name, string data, TextWriter output, CancellationToken ct)
    {
        var put = await RestoreBackup.Run(folder, name, data, TimeProvider.System, ct);
        return await Say(output, $"{data} is as the backup {name} has it: {put.Blobs} blobs, {put.Files} files, the database of schema {put.Schema}. Start the server."
            + (put.Keys ? "" : $" The key file is not part of this backup: put it to {data}/keys/seal.key (or where Skyline__KeyFile says), and enrol the local builder anew."), 0);
    }

    static async Task<int> Say(TextWriter to, string sentence, int code)
    {
        await to.WriteLineAsync(sentence);
        return code;
    }
}
