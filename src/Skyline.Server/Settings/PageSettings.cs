using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Settings;

/// <summary>
/// What is set on pages: kept in the database and in force at once, in the one object that everybody reads settings from. What a file, the environment or the command line
/// sets stays as it is, and the page says where: two places that both claim to decide would be a trap.
/// </summary>
public sealed class PageSettings(Database database, SkylineSettings settings, IConfiguration configuration, KnownCallers callers, TimeProvider time, ILogger<PageSettings> log)
{
    sealed record Row(string Name, string Value);

    /// <param name="Value">As it would be written.</param>
    /// <param name="Usual">What holds where nothing is said.</param>
    public sealed record Shown(Setting Setting, string Value, string Usual, SettingOrigin Origin);

    static readonly SkylineSettings usual = new();

    /// <summary>Before anything reads them.</summary>
    public void Apply()
    {
        foreach (var (name, text) in database.Read(Rows))
        {
            if (KnownSettings.Find(name) is not { } setting || !MayBeSet(setting)) continue;
            if (ReadValue.Of(setting, text) is { Value: { } value }) ReadValue.Set(settings, setting, value);
            else log.LogWarning("What was set of {Setting} on the page is no value of it any more, so the usual one holds", name);
        }
    }

    static IReadOnlyList<Row> Rows(IDbConnection db) => db.All<Row>("SELECT name AS Name, value AS Value FROM page_settings ORDER BY name");

    public bool MayBeSet(string name) => KnownSettings.Find(name) is { } setting && MayBeSet(setting);

    bool MayBeSet(Setting setting) => setting.Elsewhere is null && ConfiguredIn.Of(configuration, setting) is null;

    public IReadOnlyList<Shown> All()
    {
        var onPage = database.Read(Rows).Select(row => row.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. KnownSettings.All.Select(setting => new Shown(setting, ReadValue.Shown(setting, ReadValue.Get(settings, setting)), ReadValue.Shown(setting, ReadValue.Get(usual, setting)),
            ConfiguredIn.Of(configuration, setting) ?? new(onPage.Contains(setting.Name) && setting.Elsewhere is null ? OriginKind.Page : OriginKind.Default, "")))];
    }

    /// <param name="text">Null: the usual value.</param>
    public async Task<Refusal?> Change(string name, string? text, long person, CancellationToken ct)
    {
        if (KnownSettings.Find(name) is not { } setting) return new(404, "There is no such setting.");
        if (setting.Elsewhere is { } elsewhere) return new(409, $"{setting.Name} is not set on this page. {elsewhere}");
        if (ConfiguredIn.Of(configuration, setting) is { } origin) return new(409, $"{setting.Name} is set by {origin.Place}, and that goes before what is set on this page: change it there, then restart.");
        if (text is not null && ReadValue.Of(setting, text).Why is { } why) return new(400, $"{setting.Name} was not changed. {FormattableString.Invariant(why)}");
        await database.Write(tx => Put(tx, setting, text, person), ct);
        // Who may do what, and who owes a second factor, is looked up anew.
        callers.ForgetAll();
        return null;
    }

    /// <summary>In force with the commit. The caller has read the text before, and knows it for a value.</summary>
    public void Put(IDbTransaction tx, Setting setting, string? text, long person)
    {
        var (before, after) = (ReadValue.Get(settings, setting), text is null ? ReadValue.Get(usual, setting) : ReadValue.Of(setting, text).Value);
        if (text is null) tx.Execute("DELETE FROM page_settings WHERE name = @Name", new { setting.Name });
        else tx.Execute("""
            INSERT INTO page_settings (name, value, changed_at, changed_by) VALUES (@Name, @value, @now, @person) ON CONFLICT (name) DO UPDATE SET value = @value, changed_at = @now, changed_by = @person
            """, new { setting.Name, value = text.Trim(), now = time.Stamp(), person });
        tx.Note(text is null ? "put back to what is usual" : "set", $"setting {setting.Name}", new { Value = ReadValue.Shown(setting, before) }, new { Value = ReadValue.Shown(setting, after) });
        tx.WithCommit(() => ReadValue.Set(settings, setting, after!), () => ReadValue.Set(settings, setting, before!));
    }
}
